"""Signing in by an identity provider: OpenID Connect, authorization code with PKCE.

`provider.py` asks the provider, `id_token.py` and `keys.py` judge what it has signed, `flow.py`
is the walk there and back, `matching.py` says who of us it is.
"""
