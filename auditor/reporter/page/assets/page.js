"use strict";
(() => {
  // Before anything is laid out: the lists start short, and pictures keep their room until they are drawn.
  document.documentElement.classList.add("js", "starting");
})();
addEventListener("DOMContentLoaded", () => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const read = (element) => JSON.parse(element.textContent);
  const bar = byId("filter");
  const status = byId("filter-status");
  const isLarge = document.documentElement.classList.contains("large");

  // Milliseconds without a key until the words typed are searched for; entries of a list that are shown at a time.
  const [PAUSE, FINDINGS, CLUSTERS, ROWS] = [120, 100, 50, 20];

  // Pictures ------------------------------------------------------------------------------------------------------

  const words = read(byId("words"));
  const charts = read(byId("charts"));
  const draw = (parent, name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return parent.appendChild(element);
  };
  const bits = (digit) => words.marks.flatMap((mark, bit) => (parseInt(digit, 32) >> bit) & 1 ? [bit] : []);
  const short = (number) => number.toFixed(1).replace(/\.0$/, "");

  // The cells of a picture that is drawn, by the picture: their run, their row, their rectangle and their text.
  const drawn = new WeakMap();

  const drawPicture = (svg) => {
    if (drawn.has(svg)) return;
    const [bands, lines] = charts[svg.dataset.chart - 1];
    const own = svg.parentElement.querySelector("data");
    const texts = own ? read(own) : {};
    const cells = [];
    const labels = words.top + words.row * bands.length + words.drop;
    let column = 0;
    for (const [top, width, panels] of lines) {
      const line = draw(svg, "g", top ? { transform: `translate(0 ${top})` } : {});
      bands.forEach((band, row) => {
        const y = words.top + words.row * (row + 1);
        draw(line, "path", { class: "lane", d: `M${words.left} ${y}H${width}` });
        draw(line, "text", { class: "lane-name", x: words.left - 10, y: y - 7, "text-anchor": "end" }, words.bands[band]);
      });
      const outlines = words.marks.map(() => "");
      const covers = [];
      for (const [name, left, ported, runs] of panels) {
        draw(line, "text", { class: "panel-name", x: left, y: 13 }, name);
        let x = left;
        for (const [wide, label, digits] of runs) {
          const middle = x + wide / 2;
          if (ported && /^0*$/.test(digits)) draw(line, "path", { class: "break", d: `M${short(middle - 2)} ${labels - 4}h4` });
          else draw(line, "text", { class: "port", x: short(middle), y: labels, "text-anchor": "middle" }, label);
          [...digits].forEach((digit, row) => {
            const marks = bits(digit);
            const y = words.top + row * words.row;
            marks.forEach((mark, at) => {
              const high = (words.row - 2) / marks.length;
              outlines[mark] += `M${short(x + 0.5)} ${short(y + 1 + at * high)}h${short(wide - 1)}v${short(high)}h-${short(wide - 1)}z`;
            });
            const content = texts[`${column}.${row}`] ?? (marks.map((mark) => words.marks[mark][1]).join(words.separator) || words.nothing);
            const text = words.cell.replace("{services}", () => ported ? `${name} ${label}` : label)
              .replace("{band}", () => words.bands[bands[row]]).replace("{content}", () => content);
            covers.push({ column, row, text, x, y, wide });
          });
          x += wide;
          column += 1;
        }
      }
      outlines.forEach((d, mark) => {
        if (d) draw(line, "path", { class: `m-${words.marks[mark][0]}`, fill: `url(#p-${words.marks[mark][0]})`, d });
      });
      for (const cover of covers) {
        const area = { class: "hover", x: short(cover.x), y: cover.y, width: cover.wide, height: words.row, fill: "transparent" };
        cover.element = draw(line, "rect", area);
        draw(cover.element, "title", {}, cover.text);
        cells.push(cover);
      }
    }
    drawn.set(svg, cells);
  };
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      drawPicture(target);
    }
  }, { rootMargin: "400px" });
  const watch = (root) => { for (const svg of all("svg.picture", root)) near.observe(svg); };

  // The text of the cell under the pointer, or of the one to which the arrow keys lead, is said below the picture.
  let pointed;
  const point = (cell, svg) => {
    pointed?.element.classList.remove("pointed");
    pointed = cell;
    cell.element.classList.add("pointed");
    svg.closest("figure").querySelector(".cell").textContent = cell.text;
  };
  for (const kind of ["pointerover", "click"]) {
    addEventListener(kind, (event) => {
      const area = event.target instanceof Element && event.target.closest(".hover");
      if (!area) return;
      const svg = area.ownerSVGElement;
      point(drawn.get(svg).find((cell) => cell.element === area), svg);
    });
  }
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  addEventListener("keydown", (event) => {
    const svg = event.target instanceof Element && event.target.querySelector(":scope > svg.picture");
    const step = STEPS[event.key];
    if (!svg || !step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    drawPicture(svg);
    const cells = drawn.get(svg);
    const now = cells.includes(pointed) ? pointed : undefined;
    const next = now ? cells.find((cell) => cell.column === now.column + step[0] && cell.row === now.row + step[1]) : cells[0];
    event.preventDefault();
    if (!next) return;
    point(next, svg);
    next.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // What is unfolded ----------------------------------------------------------------------------------------------

  const findings = all("#finding-list > li, #waived-list > li");
  const sections = all("section.cluster");
  const entryOf = new Map([...findings, ...sections].map((item) => [item.id, item]));
  const place = new Map([...findings.map((item, at) => [item, ["findings", at]]), ...sections.map((item, at) => [item, ["clusters", at]])]);

  // A page of very many clusters has its details packed: parts of a kind in their order, so many to a pack.
  const packs = new Map();
  const size = (kind) => Number(byId(`pack-${kind}-0`)?.dataset.size ?? 0);
  const unpack = (kind, number) => {
    const key = `pack-${kind}-${number}`;
    if (!packs.has(key)) packs.set(key, inflate(byId(key).textContent));
    return packs.get(key);
  };
  const inflate = async (text) => {
    const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return (await new Response(stream).text()).split("\u001e");
  };
  const fill = async (item) => {
    const [kind, at] = place.get(item) ?? [];
    if (!kind || item.classList.contains("filled")) return;
    item.classList.add("filled");
    const details = item.querySelector("details");
    const every = size(kind);
    if (every) details.insertAdjacentHTML("beforeend", (await unpack(kind, Math.floor(at / every)))[at % every]);
    for (const code of all(".copied", details)) addCopy(code);
    watch(details);
  };
  const addCopy = (code) => {
    if (!navigator.clipboard) return;
    const button = byId("copy").content.firstElementChild.cloneNode(true);
    button.setAttribute("aria-label", button.dataset.label.replace("{text}", () => code.textContent));
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      status.textContent = button.dataset.done;
    });
    code.after(" ", button);
  };
  addEventListener("toggle", (event) => {
    const item = event.target.parentElement;
    if (event.target.open && place.has(item)) fill(item);
  }, true);
  for (const item of sections) if (item.firstElementChild.open) fill(item);

  // Lists -----------------------------------------------------------------------------------------------------------

  // A list shows the entries that match, in steps. An entry to which a link leads is shown in any case. The others are
  // taken out of the document: a browser takes seconds to show one entry before thousands of hidden ones.
  class List {
    constructor(id, entries, step) {
      Object.assign(this, { entries, step, limit: step, button: document.querySelector(`.more[data-list="${id}"]`) });
      const own = new Set(entries);
      this.parent = byId(id);
      this.before = [...(this.parent?.children ?? [])].filter((child) => !own.has(child));
      this.shown = entries;
      this.linked = undefined;
      this.matches = () => true;
      this.button?.addEventListener("click", () => {
        this.limit += this.step;
        this.show();
      });
    }
    show() {
      let count = 0;
      const shown = this.entries.filter((entry) => {
        const matches = this.matches(entry);
        count += matches ? 1 : 0;
        return (matches && count <= this.limit) || entry === this.linked;
      });
      if (shown.length !== this.shown.length || shown.some((entry, at) => entry !== this.shown[at])) {
        this.parent.replaceChildren(...this.before, ...shown);
        this.shown = shown;
      }
      const left = count - this.limit;
      if (this.button) {
        this.button.hidden = left <= 0;
        this.button.textContent = this.button.dataset.text.replace("{count}", left);
      }
      return count;
    }
    filter(matches) {
      Object.assign(this, { matches, limit: this.step, linked: undefined });
      return this.show();
    }
    link(entry) {
      this.linked = entry;
      this.show();
    }
  }
  const lists = [
    ...["finding-list", "waived-list"].map((id) => new List(id, all(`#${id} > li`), FINDINGS)),
    ...all("table.matrix").map((table) => new List(table.id, [...table.tBodies], ROWS)),
    new List("cluster-list", sections, CLUSTERS),
  ];
  const ofFindings = lists.slice(0, 2);
  const [ofClusters, ofRows] = [lists[lists.length - 1], lists.slice(2, -1)];

  // The filter ------------------------------------------------------------------------------------------------------

  const heads = new Map(findings.map((item) => [item, {
    severity: item.querySelector(".sev").classList[1],
    code: item.querySelector("code").textContent,
  }]));
  const text = new Map();
  const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/&(#34|#39|lt|gt|amp);/g,
    (mark, name) => ({ "#34": '"', "#39": "'", lt: "<", gt: ">", amp: "&" })[name]);
  const readTexts = async () => {
    if (text.size) return;
    const every = size("findings");
    const packed = [];
    if (every) for (let at = 0; at < findings.length; at += every) packed.push(...await unpack("findings", at / every));
    if (text.size) return;
    findings.forEach((item, at) => text.set(item, (item.textContent + plain(packed[at] ?? "")).toLowerCase()));
  };

  const boxes = all("#filter input[name=severity]");
  const [kind, cluster, search, find] = ["filter-code", "filter-cluster", "filter-text", "cluster-text"].map(byId);
  const clusterStatus = byId("cluster-status");
  const wordsOf = (input) => (input?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const say = (element, shown, count) => {
    if (element) element.textContent = element.dataset.text.replace("{shown}", shown).replace("{all}", count);
  };

  const apply = async () => {
    const wanted = wordsOf(search);
    if (wanted.length) await readTexts();
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const narrowed = wanted.length || kind?.value || severities.size < boxes.length;
    const concerned = new Set();
    const matches = (item) => {
      const { severity, code } = heads.get(item);
      return severities.has(severity)
        && (!kind.value || kind.value === code || kind.value === item.dataset.kind)
        && (!cluster.value || cluster.value === item.dataset.cluster)
        && wanted.every((word) => text.get(item).includes(word));
    };
    let shown = 0;
    for (const list of ofFindings) {
      shown += list.filter((item) => {
        const it = !bar || matches(item);
        if (it) concerned.add(item.dataset.cluster);
        return it;
      });
    }
    if (status) say(status, shown, findings.length);
    const keeps = ({ dataset }) => (!cluster?.value || cluster.value === dataset.cluster) && (!narrowed || concerned.has(dataset.cluster));
    for (const list of ofRows) list.filter(keeps);
    const named = wordsOf(find);
    const count = ofClusters.filter((section) => keeps(section)
      && (!named.length || named.every((word) => section.querySelector("summary").textContent.toLowerCase().includes(word))));
    say(clusterStatus, count, sections.length);
  };

  // The state of the filter stands in the address, so that a link leads to the same view.
  const write = () => {
    const parts = new URLSearchParams();
    const checked = boxes.filter((box) => box.checked);
    if (checked.length < boxes.length) parts.set("severity", checked.map((box) => box.value).join(","));
    if (kind?.value) parts.set("kind", kind.value);
    if (cluster?.value) parts.set("cluster", cluster.selectedOptions[0].dataset.anchor);
    if (search?.value) parts.set("search", search.value);
    if (find?.value) parts.set("find", find.value);
    const query = parts.toString().replaceAll("%2C", ",");
    try {
      history.replaceState(null, "", (query ? `?${query}` : location.pathname) + location.hash);
    } catch { /* A page without an address of its own has none to change. */ }
  };
  const set = (parts) => {
    const severities = parts.get("severity")?.split(",");
    for (const box of boxes) box.checked = !severities || severities.includes(box.value);
    if (kind) kind.value = parts.get("kind") ?? "";
    if (kind && kind.selectedIndex < 0) kind.value = "";
    const anchor = parts.get("cluster");
    if (cluster) cluster.value = [...cluster.options].find((option) => anchor && option.dataset.anchor === anchor)?.value ?? "";
    if (search) search.value = parts.get("search") ?? "";
    if (find) find.value = parts.get("find") ?? "";
  };
  let waiting;
  const change = () => {
    clearTimeout(waiting);
    write();
    return apply();
  };
  const reset = () => {
    set(new URLSearchParams());
    return change();
  };
  const listen = (panel) => {
    panel.hidden = false;
    panel.addEventListener("input", (event) => {
      clearTimeout(waiting);
      if (event.target.type === "search") waiting = setTimeout(change, PAUSE);
      else change();
    });
  };
  if (bar) {
    listen(bar);
    byId("filter-reset").addEventListener("click", reset);
    const toggle = byId("unfold");
    const labels = [toggle.textContent, toggle.dataset.fold];
    toggle.addEventListener("click", () => {
      const open = toggle.getAttribute("aria-pressed") === "false";
      toggle.setAttribute("aria-pressed", open);
      toggle.textContent = labels[open ? 1 : 0];
      for (const details of all(".findings > li > details")) details.open = open;
    });
    addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("[data-filter]");
      if (!link) return;
      set(new URLSearchParams(link.dataset.filter));
      change();
    });
  }
  const clusterBar = byId("cluster-filter");
  if (clusterBar) listen(clusterBar);

  // Links -----------------------------------------------------------------------------------------------------------

  // A link into something folded, hidden or packed unfolds it.
  const follow = async () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const item = entryOf.get(id) ?? entryOf.get(id.replace(/-s\d+(-rules)?$/, ""));
    if (item) {
      const list = [...ofFindings, ofClusters].find(({ entries }) => entries.includes(item));
      if (!item.isConnected && !list.matches(item)) await reset();
      if (!item.isConnected) list.link(item);
      await fill(item);
      item.querySelector("details").open = true;
    }
    const target = byId(id);
    if (!target) return;
    for (const details of [target.closest("details"), target.querySelector(":scope > details")]) {
      if (details) details.open = true;
    }
    for (const svg of all("svg.picture", target)) drawPicture(svg);
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);

  // Paper -------------------------------------------------------------------------------------------------------------

  // Paper shows every entry that the filter leaves. Of a small report it also shows what the screen folds.
  let folded = [];
  addEventListener("beforeprint", () => {
    for (const list of lists) {
      list.onScreen = list.limit;
      list.limit = Infinity;
      list.show();
    }
    if (isLarge) return;
    folded = all("details:not([open])");
    for (const details of folded) details.open = true;
    for (const svg of all("svg.picture")) drawPicture(svg);
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
    for (const list of lists) {
      list.limit = list.onScreen;
      list.show();
    }
  });

  set(new URLSearchParams(location.search));
  apply().then(() => {
    document.documentElement.classList.remove("starting");
    watch(document);
    follow();
  });
});
