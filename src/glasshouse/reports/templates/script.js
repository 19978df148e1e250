(function () {
  "use strict";
  var form = document.getElementById("filter");
  var table = document.getElementById("device-table");
  var shown = document.getElementById("shown");
  var language = document.getElementById("language");
  var each = function (selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); };

  // cards are display: block on narrow screens; roles keep the tables tables for assistive technology
  each("table", function (t) { t.setAttribute("role", "table"); });
  each("thead, tbody", function (g) { g.setAttribute("role", "rowgroup"); });
  each("tr", function (r) { r.setAttribute("role", "row"); });
  each("td", function (c) { c.setAttribute("role", "cell"); });
  each("th[scope=col]", function (c) { c.setAttribute("role", "columnheader"); });
  each("th[scope=row]", function (c) { c.setAttribute("role", "rowheader"); });

  each(".tools", function (p) { p.hidden = false; });
  each("[data-open]", function (button) {
    button.addEventListener("click", function () {
      each(".device > details", function (d) { d.open = Boolean(button.dataset.open); });
    });
  });

  // on paper every section is open
  var closed = [];
  addEventListener("beforeprint", function () {
    closed = [];
    each("details:not([open])", function (d) { closed.push(d); d.open = true; });
  });
  addEventListener("afterprint", function () { closed.forEach(function (d) { d.open = false; }); });

  function reveal() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    var article = target.closest("[data-device]");
    if (article && article.hidden) { form.reset(); apply(); }
    for (var d = target.closest("details"); d; d = d.parentElement.closest("details")) { d.open = true; }
    if (target.closest("details")) { target.scrollIntoView(); }
  }
  function carry() { language.hash = location.hash; }
  if (!form) { addEventListener("hashchange", carry); carry(); return; }

  // filter: its state stands in the address, so that a view can be sent to somebody and survives a change of language
  form.hidden = false;
  var body = table.tBodies[0];
  var rows = Array.prototype.map.call(body.rows, function (row) {
    var id = row.querySelector("a").getAttribute("href").slice(1);
    return { row: row, text: row.textContent.toLowerCase(), article: document.querySelector('[data-device="' + id + '"]') };
  });
  var sortedBy = "";

  function apply() {
    var words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0, sites = {};
    rows.forEach(function (item) {
      var data = item.row.dataset;
      var fits = (!form.o.value || data.o === form.o.value) && (!form.p.value || data.p === form.p.value) &&
        (!form.m.value || data.m === form.m.value) && words.every(function (w) { return item.text.indexOf(w) >= 0; });
      item.row.hidden = !fits;
      item.article.hidden = !fits;
      if (fits) { count += 1; sites[data.p] = true; }
    });
    each("[data-site]", function (s) { s.hidden = !sites[s.dataset.site]; });
    var number = new Intl.NumberFormat(document.documentElement.lang + "-CA");
    shown.textContent = shown.dataset.pattern.replace("{shown}", number.format(count)).replace("{total}", number.format(rows.length));
  }
  function remember() {
    var state = new URLSearchParams();
    ["q", "o", "p", "m"].forEach(function (name) { if (form[name].value) { state.set(name, form[name].value); } });
    if (sortedBy) { state.set("s", sortedBy); }
    var text = String(state);
    history.replaceState(null, "", text ? "#?" + text : location.pathname + location.search);
    carry();
  }
  function sort(column, descending) {
    var heads = table.tHead.rows[0].cells;
    var compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
    var key = function (item) { var cell = item.row.cells[column]; return cell.dataset.s || cell.textContent; };
    rows.sort(function (a, b) { return (descending ? -1 : 1) * compare(key(a), key(b)); });
    rows.forEach(function (item) { body.appendChild(item.row); });
    Array.prototype.forEach.call(heads, function (head, index) {
      if (index === column) { head.setAttribute("aria-sort", descending ? "descending" : "ascending"); }
      else { head.removeAttribute("aria-sort"); }
    });
    sortedBy = (descending ? "-" : "") + column;
  }
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () { sort(column, head.getAttribute("aria-sort") === "ascending"); remember(); });
  });
  function restore() {
    if (location.hash.slice(0, 2) !== "#?") { carry(); reveal(); return; }
    var state = new URLSearchParams(location.hash.slice(2));
    ["q", "o", "p", "m"].forEach(function (name) { form[name].value = state.get(name) || ""; });
    var by = /^(-?)([0-5])$/.exec(state.get("s") || "");
    if (by) { sort(Number(by[2]), by[1] === "-"); }
    apply();
    carry();
  }
  form.addEventListener("input", function () { apply(); remember(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(function () { apply(); remember(); }); });
  each("[data-outcome]", function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      form.reset();
      form.o.value = link.dataset.outcome;
      apply(); remember();
      document.getElementById("devices").scrollIntoView();
      form.o.focus({ preventScroll: true });
    });
  });
  addEventListener("hashchange", restore);
  apply();
  restore();
})();
