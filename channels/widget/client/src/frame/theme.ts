/** Whether the browser understands a colour from the settings; another is as good as none. */
export function isColour(colour: string): boolean {
  return CSS.supports("color", colour);
}
