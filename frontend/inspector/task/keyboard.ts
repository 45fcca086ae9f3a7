/** Keeps a sheet above the phone's keyboard, and the field one types in within sight. */
export function aboveKeyboard(sheet: HTMLElement): () => void {
  const seen = window.visualViewport;
  if (!seen) return () => undefined;
  const fit = (): void => {
    const covered = Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
    sheet.style.setProperty("--seen", `${String(Math.round(seen.height))}px`);
    sheet.style.setProperty("--covered", `${String(Math.round(covered))}px`);
    const field = document.activeElement;
    if (field && sheet.contains(field) && field.matches("input, textarea, select")) {
      field.scrollIntoView({ block: "center" });
    }
  };
  fit();
  seen.addEventListener("resize", fit);
  return () => {
    seen.removeEventListener("resize", fit);
  };
}
