"""The networks that storms come over, each on its model platform or a real server."""
