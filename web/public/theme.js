// Sets the chosen theme and density before the first paint; a file of its own, since inline scripts are forbidden.
try {
  const chosen = JSON.parse(localStorage.getItem('dashcam.preferences') ?? '{}');
  const root = document.documentElement;
  if (chosen.theme === 'dark' || chosen.theme === 'light') root.dataset.theme = chosen.theme;
  if (chosen.density === 'comfortable') root.dataset.density = chosen.density;
  if (chosen.navigation === 'collapsed') root.dataset.navigation = chosen.navigation;
} catch (broken) {
  console.warn('dashcam: the stored preferences could not be read', broken);
}
