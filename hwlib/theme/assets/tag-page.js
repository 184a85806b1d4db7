// `?v=2`: says whether the item is still as it was in the version that was cited. The list of
// versions says so of each; the page reads well without this script.
(() => {
  const cited = new URLSearchParams(location.search).get("v");
  if (!cited) return;
  const row = /^\d+$/.test(cited) && document.getElementById(`v${cited}`);
  const note = document.getElementById("cited");
  note.textContent = row
    ? `You came by a citation of version ${cited}. ${row.dataset.since}`
    : `You came by a citation of version ${cited}, but there is no such version.`;
  note.hidden = false;
  if (row) row.classList.add("tag-cited");
})();
