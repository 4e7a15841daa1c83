"use strict";
(() => {
  // Before anything is laid out: on a large page, what is off the screen waits until it comes near or its turn comes.
  const root = document.documentElement;
  root.classList.toggle("late", root.classList.contains("large"));
})();
addEventListener("DOMContentLoaded", () => {
  const byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const bar = byId("filter");
  const status = byId("filter-status");

  // Milliseconds without a key until the words typed are searched for; parts that are laid out in one go.
  const [PAUSE, PIECES] = [120, 8];

  // A link into something folded unfolds it.
  const unfold = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) reset();
    for (const details of [target.closest("details"), target.querySelector(":scope > details"), target]) {
      if (details instanceof HTMLDetailsElement) details.open = true;
    }
    target.scrollIntoView();
  };

  // Paper shows everything that the screen lists, then the screen is as it was.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });

  for (const button of all(".copy")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = status.dataset.copied;
    });
  }

  let reset = () => {};
  if (bar) {
    const items = all("#finding-list > li, #waived-list > li").map((item) => ({ item, text: item.textContent.toLowerCase() }));
    const boxes = [...bar.querySelectorAll("input[name=severity]")];
    const [code, cluster, text] = ["filter-code", "filter-cluster", "filter-text"].map(byId);
    let waiting;
    const apply = () => {
      const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { item, text: content } of items) {
        const { severity, code: itsCode, cluster: its } = item.dataset;
        item.hidden = !(severities.has(severity) && (!code.value || code.value === itsCode)
          && (!cluster.value || cluster.value === its) && words.every((word) => content.includes(word)));
        shown += item.hidden ? 0 : 1;
      }
      status.textContent = status.dataset.text.replace("{shown}", shown).replace("{all}", items.length);
    };
    reset = () => {
      clearTimeout(waiting);
      for (const box of boxes) box.checked = true;
      code.value = cluster.value = text.value = "";
      apply();
    };
    bar.hidden = false;
    bar.addEventListener("input", (event) => {
      clearTimeout(waiting);
      if (event.target === text) waiting = setTimeout(apply, PAUSE);
      else apply();
    });
    byId("filter-reset").addEventListener("click", reset);
    const toggle = byId("unfold");
    const words = [toggle.textContent, toggle.dataset.fold];
    toggle.addEventListener("click", () => {
      const open = toggle.getAttribute("aria-pressed") === "false";
      toggle.setAttribute("aria-pressed", open);
      toggle.textContent = words[open ? 1 : 0];
      for (const details of all(".findings > li:not([hidden]) > details")) details.open = open;
    });
    apply();
  }
  addEventListener("hashchange", unfold);
  unfold();

  // Piece by piece while the reader is not kept waiting, from the top so that what he looks at stays where it is.
  const idle = window.requestIdleCallback ?? ((step) => setTimeout(step, 50));
  const later = all(".late :is(.tall, .findings > li, section.cluster)");
  const layOut = () => {
    for (const part of later.splice(0, PIECES)) part.classList.add("laid");
    if (later.length) idle(layOut);
  };
  addEventListener("load", () => idle(layOut));
});
