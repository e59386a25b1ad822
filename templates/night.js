// The cases of a night: search, filter, sort and walk them. Everything stands in the page; nothing is asked of anybody.
//
// In: the JSON of the element `told`, column by column. Out: the rows in sight, the count of matches, the chosen case.
// The law: text enters the page as text and never as markup; only rows in sight are elements, so that a hundred
// thousand cases are as light as fifty; without this script the first fifty stand in a table of their own.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const told = JSON.parse(byId("told").textContent);
  const { cases, kinds, states, offices, rings, signals, days, words } = told;
  const count = cases.id.length;
  if (count === 0) return;
  const grid = byId("grid");
  const body = grid.tBodies[0];
  const room = byId("window");
  const heads = Array.from(grid.tHead.rows[0].cells);
  const filters = { words: byId("words"), kind: byId("kind"), state: byId("state") };

  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, told.group);
  const share = (thousandths) => (thousandths / 1000).toFixed(3).replace(".", told.point);
  const age = (at) => {
    const own = cases.age[at];
    return own === null ? "" : (own < 0 ? "-" : "") + grouped(Math.abs(own));
  };
  const number = (at) => {
    const own = cases.number[at];
    return own === "" ? "" : (told.masked ? "····" : "") + own;
  };
  const what = (at) => {
    const label = kinds[cases.kind[at]].label;
    return cases.size[at] > 0 ? label + " " + grouped(cases.size[at]) : label;
  };

  // What is searched, in small letters: names once each, ids and numbers case by case.
  const small = (text) => text.toLocaleLowerCase();
  const ids = cases.id.map(small);
  const numbers = cases.number.map(small);
  const named = [
    [cases.kind, kinds.map((kind) => small(kind.label + " " + kind.code.replaceAll("_", " ") + " " + kind.code))],
    [cases.state, states.map((state) => small(state.label + " " + state.code))],
    [cases.office, offices.map(small)],
    [cases.ring, rings.map(small)],
    [cases.signals, signals.map(small)],
  ];

  let shown = [];
  let order = { by: null, falling: false };
  let current = -1;
  let rowHeight = 0;

  // Which cases have a word, as one byte each.
  const having = (word) => {
    const hits = named.map(([of, names]) => [of, names.map((name) => name.includes(word))]);
    const found = new Uint8Array(count);
    for (let at = 0; at < count; at += 1) {
      found[at] =
        ids[at].includes(word) || numbers[at].includes(word) || hits.some(([of, hit]) => hit[of[at]]) ? 1 : 0;
    }
    return found;
  };

  const filter = () => {
    const asked = small(filters.words.value).split(/\s+/).filter((word) => word !== "");
    const having_all = asked.map(having);
    const kind = filters.kind.value;
    const of_kind = Number(kind.slice(1));
    const state = filters.state && filters.state.value !== "" ? Number(filters.state.value.slice(1)) : -1;
    shown = [];
    for (let at = 0; at < count; at += 1) {
      if (state >= 0 && cases.state[at] !== state) continue;
      if (kind[0] === "t" && kinds[cases.kind[at]].table !== of_kind) continue;
      if (kind[0] === "k" && cases.kind[at] !== of_kind) continue;
      if (having_all.every((found) => found[at] === 1)) shown.push(at);
    }
    sort();
  };

  // A number for each case by which a column is sorted; empty ones come last, whichever way.
  const ranks = (by) => {
    const places = (names) => {
      const sorted = names.map((name, at) => [name, at]).sort((a, b) => collate(a[0], b[0]));
      const place = new Float64Array(names.length);
      sorted.forEach(([name, at], rank) => { place[at] = name === "" ? NaN : rank; });
      return place;
    };
    if (by === "sure") return Float64Array.from(cases.sure);
    if (by === "age") return Float64Array.from(cases.age, (own) => (own === null ? NaN : own));
    if (by === "what") return Float64Array.from(cases.kind);
    const of_names = { state: [cases.state, states.map((state) => state.label)], office: [cases.office, offices] }[by];
    if (by === "state") return Float64Array.from(cases.state, (own) => (states[own].code === "" ? NaN : own));
    if (of_names) { const place = places(of_names[1]); return Float64Array.from(of_names[0], (own) => place[own]); }
    const own = by === "id" ? cases.id : cases.number;
    const place = new Map();
    Array.from(new Set(own)).sort().forEach((text, rank) => place.set(text, text === "" ? NaN : rank));
    return Float64Array.from(own, (text) => place.get(text));
  };
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const collate = collator.compare;
  const known = {};

  const sort = () => {
    if (order.by !== null) {
      known[order.by] = known[order.by] || ranks(order.by);
      const rank = known[order.by];
      const sign = order.falling ? -1 : 1;
      shown.sort((a, b) => {
        const [left, right] = [rank[a], rank[b]];
        if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right) || a - b;
        return sign * (left - right) || a - b;
      });
    }
    room.scrollTop = 0;
    current = -1;
    byId("none").hidden = shown.length > 0;
    room.classList.toggle("short", shown.length < 10);
    byId("matches").textContent = words.matches.replace("{n}", grouped(shown.length)).replace("{m}", grouped(count));
    grid.setAttribute("aria-rowcount", String(shown.length + 1));
    draw();
  };

  const cell = (text, name, isolated) => {
    const made = document.createElement("td");
    made.className = name;
    if (isolated && text !== "") {
      const own = document.createElement("bdi");
      own.textContent = text;
      made.append(own);
      made.title = text;
    } else {
      made.textContent = text;
    }
    return made;
  };

  const row = (place) => {
    const at = shown[place];
    const made = document.createElement("tr");
    made.id = "row-" + place;
    made.dataset.place = String(place);
    made.setAttribute("aria-rowindex", String(place + 2));
    made.setAttribute("aria-selected", String(place === current));
    made.append(
      cell(cases.id[at], "id"),
      cell(what(at), "what"),
      cell(states[cases.state[at]].label, "state"),
      cell(share(cases.sure[at]), "sure figure"),
      cell(age(at), "age figure"),
      cell(offices[cases.office[at]], "office", true),
      cell(number(at), "number", true),
    );
    return made;
  };

  // Room above or below the rows in sight, as high as the rows that are not drawn.
  const gap = (rows) => {
    const made = document.createElement("tr");
    made.className = "room";
    made.setAttribute("aria-hidden", "true");
    const inner = document.createElement("td");
    inner.colSpan = heads.filter((head) => head.getClientRects().length > 0).length;
    inner.style.height = rows * rowHeight + "px";
    made.append(inner);
    return made;
  };

  const draw = () => {
    if (rowHeight === 0 && shown.length > 0) {
      body.replaceChildren(row(0));
      rowHeight = body.rows[0].getBoundingClientRect().height || 37;
    }
    const margin = 8;
    const height = room.clientHeight || 480;
    const first = Math.max(0, Math.min(shown.length - 1, Math.floor(room.scrollTop / (rowHeight || 37))) - margin);
    const last = Math.min(shown.length, first + Math.ceil(height / (rowHeight || 37)) + 2 * margin);
    const made = document.createDocumentFragment();
    if (first > 0) made.append(gap(first));
    for (let place = first; place < last; place += 1) made.append(row(place));
    if (last < shown.length) made.append(gap(shown.length - last));
    body.replaceChildren(made);
    if (current >= first && current < last) grid.setAttribute("aria-activedescendant", "row-" + current);
    else grid.removeAttribute("aria-activedescendant");
  };

  const show = (place) => {
    const at = shown[place];
    const list = document.createElement("dl");
    const say = (name, text, code) => {
      if (text === "") return;
      const term = document.createElement("dt");
      term.textContent = name;
      const value = document.createElement("dd");
      const own = document.createElement(code ? "code" : "bdi");
      own.textContent = text;
      value.append(own);
      list.append(term, value);
    };
    const kind = kinds[cases.kind[at]];
    say(words.what, kind.label + (kind.table === 2 ? "" : " (" + kind.code + ")") + (kind.meaning ? ". " + kind.meaning : ""));
    say(words.size, cases.size[at] > 0 ? grouped(cases.size[at]) : "");
    say(words.state, states[cases.state[at]].label);
    say(words.first, days[cases.first[at]]);
    say(words.sure, share(cases.sure[at]));
    say(words.age, age(at));
    say(words.signals, signals[cases.signals[at]]);
    say(words.ring, rings[cases.ring[at]], true);
    say(words.office, offices[cases.office[at]]);
    say(words.number, number(at));
    say(words.row, cases.row[at] === null ? "" : grouped(cases.row[at]));
    const values = cases.values && cases.values[at];
    if (values) {
      say(words.was, values[0]);
      say(words.is, values[1]);
    }
    say(words.told, "iinrec explain DIR " + cases.id[at], true);
    const title = document.createElement("p");
    const id = document.createElement("code");
    id.textContent = cases.id[at];
    title.append(id);
    byId("chosen-case").replaceChildren(title, list);
  };

  const go = (place) => {
    current = Math.max(0, Math.min(shown.length - 1, place));
    const head = grid.tHead.getBoundingClientRect().height;
    const top = current * rowHeight;
    if (top < room.scrollTop) room.scrollTop = top;
    const bottom = top + rowHeight + head - room.clientHeight;
    if (bottom > room.scrollTop) room.scrollTop = bottom;
    draw();
    show(current);
  };

  grid.addEventListener("keydown", (event) => {
    if (event.target !== grid || shown.length === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(room.clientHeight / rowHeight) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count };
    if (event.key in steps) {
      event.preventDefault();
      go(current < 0 ? (steps[event.key] < 0 || steps[event.key] === 1 ? 0 : steps[event.key]) : current + steps[event.key]);
    } else if (event.key === "Enter" && current >= 0) {
      event.preventDefault();
      show(current);
      byId("chosen").scrollIntoView({ block: "nearest" });
    }
  });
  body.addEventListener("click", (event) => {
    const chosen = event.target.closest("tr[data-place]");
    if (chosen) go(Number(chosen.dataset.place));
  });
  heads.forEach((head) => {
    head.firstElementChild.addEventListener("click", (event) => {
      const by = event.currentTarget.dataset.by;
      // The first click sorts figures from the greatest and words from the least, the third gives the page's own order.
      const falls_first = head.classList.contains("figure");
      if (order.by !== by) order = { by, falling: falls_first };
      else if (order.falling === falls_first) order = { by, falling: !falls_first };
      else order = { by: null, falling: false };
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (order.by !== null) head.setAttribute("aria-sort", order.falling ? "descending" : "ascending");
      filter();
    });
  });
  let waiting = false;
  room.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  });
  addEventListener("resize", () => {
    const own = body.querySelector("tr[data-place]");
    if (own) rowHeight = own.getBoundingClientRect().height || rowHeight;
    draw();
  });
  filters.words.addEventListener("input", filter);
  filters.kind.addEventListener("change", filter);
  if (filters.state) filters.state.addEventListener("change", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => { setTimeout(filter, 0); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      filters.words.focus();
      filters.words.scrollIntoView({ block: "center" });
    }
  });

  // Columns in which nothing stands only take room.
  grid.classList.toggle("stateless", states.every((state) => state.code === ""));
  grid.classList.toggle("officeless", offices.every((office) => office === ""));
  document.documentElement.classList.add("live");
  byId("live").hidden = false;
  filter();
})();
