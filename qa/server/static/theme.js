// Runs before the page is painted, so that a chosen theme doesn't flash in after the system's.
{
  let theme = null;
  try {
    theme = localStorage.getItem("dateline-theme");
  } catch {
    // storage is refused: the system's theme holds
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
