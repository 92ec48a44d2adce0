// The page of the console. Texts from the server become text nodes only, so no account id is ever parsed as HTML.
"use strict";
(() => {
  const EVERY = 5000;
  const $ = (id) => document.getElementById(id);
  let session = null;
  let timer = null;
  let request = 0;
  let skew = 0;
  const list = { q: "", registration: "", state: "", sort: "", page: 0 };

  // ---- elements

  function el(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== null) {
        element.setAttribute(key, value);
      }
    }
    element.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
    return element;
  }

  function shape(name, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  /** Replaces the children, unless they are equal; the focus stays on the same item. */
  function fill(parent, children) {
    const old = [...parent.childNodes];
    if (old.length === children.length && children.every((child, i) => child.isEqualNode(old[i]))) {
      return;
    }
    const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.item : null;
    children.forEach((child, i) => {
      if (i < old.length) {
        if (!child.isEqualNode(old[i])) {
          old[i].replaceWith(child);
        }
      } else {
        parent.append(child);
      }
    });
    old.slice(children.length).forEach((node) => node.remove());
    if (focused) {
      const again = [...parent.querySelectorAll("[data-item]")].find((node) => node.dataset.item === focused);
      if (again && again !== document.activeElement) {
        again.focus({ preventScroll: true });
      }
    }
  }

  // ---- times

  const now = () => Date.now() + skew;
  const full = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });

  function distance(at) {
    const seconds = Math.round((at - now()) / 1000);
    const size = Math.abs(seconds);
    if (size < 60) {
      return seconds <= 0 ? "just now" : "in less than a minute";
    }
    const [unit, length] = size < 7200 ? ["minute", 60] : size < 172800 ? ["hour", 3600] : ["day", 86400];
    return relative.format(Math.trunc(seconds / length), unit);
  }

  function time(at) {
    if (at === undefined) {
      return "";
    }
    const date = new Date(at);
    return el("time", { datetime: date.toISOString(), title: full.format(date) }, distance(at));
  }

  // ---- the server

  class Refused extends Error {
    constructor(status, body) {
      super(body.message || "The console did not respond.");
      this.status = status;
      this.code = body.error;
    }
  }

  async function call(path, options) {
    let response;
    try {
      response = await fetch(path, Object.assign({ credentials: "same-origin", redirect: "error" }, options));
    } catch (e) {
      throw new Refused(0, { message: "The console does not respond; the page tries again." });
    }
    const body = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw new Refused(response.status, body);
    }
    if (body.now) {
      skew = body.now - Date.now();
    }
    return body;
  }

  function query(values) {
    const parameters = new URLSearchParams();
    Object.entries(values).forEach(([key, value]) => value && parameters.set(key, value));
    return parameters.toString();
  }

  async function act(action, key, confirmed) {
    const post = () => call("api/" + action, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Evertoken-Console": session.token },
      body: JSON.stringify(Object.assign({}, key, confirmed ? { confirmed } : {})),
    });
    try {
      return await post();
    } catch (e) {
      if (e.code !== "page_token") {
        throw e;
      }
      session = await call("api/session");
      return post();
    }
  }

  // ---- notices

  function alerts(texts) {
    fill($("alerts"), texts.map((text) => el("p", {}, text)));
  }

  function reading(data) {
    const texts = [];
    if (data.failure) {
      texts.push("The store does not respond. " + data.failure.detail
        + (data.readAt ? " Shown are the accounts as they were read " + distance(data.readAt) + "." : ""));
    }
    if (data.complete === false) {
      texts.push("The store has more accounts than this console shows: only " + data.accounts + " are here.");
    }
    alerts(texts);
    $("read").textContent = data.readAt ? "read " + distance(Math.min(data.readAt, now())) : "";
  }

  function failed(e) {
    alerts([e.status === 401 ? "Your session has ended. " + e.message : e.message]);
  }

  // ---- views

  function badge(row) {
    return el("span", { class: "badge " + row.attention }, row.label);
  }

  function address(row) {
    return "#/account/" + encodeURIComponent(row.registration) + "/" + encodeURIComponent(row.account);
  }

  function link(row) {
    return el("a", { href: address(row), "data-item": row.registration + " " + row.account, class: "any", dir: "auto" }, row.account);
  }

  function problem(row) {
    return row.problem ? [el("span", {}, row.advice), el("span", { class: "remedy" }, row.instruction)] : [];
  }

  function tokenEnd(row) {
    if (!row.hasToken) {
      return "none yet";
    }
    if (row.expiresAt === undefined) {
      return "no end";
    }
    return row.expiresAt > now() ? time(row.expiresAt) : el("span", {}, "ended ", time(row.expiresAt));
  }

  function cell(label, ...children) {
    return el("td", { "data-label": label }, ...children);
  }

  function listRow(row) {
    const state = el("td", {}, badge(row));
    if (row.unsaved) {
      state.append(" ", el("span", { class: "badge now" }, "not saved"));
    }
    return el("tr", {},
      el("th", { scope: "row" }, link(row), el("span", { class: "client any" }, row.registration)),
      state,
      el("td", {}, ...problem(row)),
      cell(row.refreshed ? "Last refresh" : "Connected", time(row.issuedAt),
        row.refreshed ? "" : el("span", { class: "note" }, " (connected)")),
      cell("Token until", tokenEnd(row)),
      cell("Connection until", row.endsAt ? time(row.endsAt) : "not known"));
  }

  function options(select, pairs) {
    const first = select.dataset.fixed ? Number(select.dataset.fixed) : select.options.length;
    select.dataset.fixed = first;
    const fixed = [...select.options].slice(0, first).map((option) => option.cloneNode(true));
    const chosen = select.value;
    fill(select, fixed.concat(pairs.map(([value, text]) => el("option", { value }, text))));
    select.value = chosen;
  }

  function showStates(states) {
    fill($("states"), states.filter((one) => one.accounts > 0).map((one) => {
      const button = el("button", { type: "button", "data-item": one.state, "data-state": one.state,
        "aria-pressed": String(list.state === one.state) },
      el("b", {}, one.accounts.toLocaleString("en")), el("span", {}, one.label));
      return el("li", {}, button);
    }));
    options($("state"), states.map((one) => [one.state, one.label]));
    $("state").value = list.state;
  }

  async function showAccounts(mine) {
    const [found, overview] = await Promise.all([call("api/accounts?" + query(list)), call("api/overview")]);
    if (mine !== request) {
      return;
    }
    options($("registration"), overview.clients.map((one) => [one.registration, one.registration]));
    $("registration").value = list.registration;
    showStates(overview.states);
    reading(found);
    const rows = found.rows || [];
    fill($("rows"), rows.map(listRow));
    list.page = found.page || 0;
    const text = found.rows
      ? (found.total === 1 ? "1 account" : found.total.toLocaleString("en") + " accounts") : "The accounts have not been read yet.";
    if ($("found").textContent !== text) {
      $("found").textContent = text;
    }
    $("page").textContent = "Page " + (list.page + 1) + " of " + (found.pages || 1);
    $("previous").disabled = list.page === 0;
    $("next").disabled = list.page + 1 >= (found.pages || 1);
  }

  function fact(name, ...values) {
    const value = el("dd", {}, ...values);
    return value.childNodes.length ? el("div", {}, el("dt", {}, name), value) : null;
  }

  function facts(status) {
    return [
      fact("Client", el("span", { class: "any" }, status.registration)),
      fact("Provider's user", status.subject ? el("bdi", {}, status.subject) : ""),
      fact("State", status.explanation),
      fact("In this state", time(status.since)),
      fact("Problem", ...problem(status)),
      fact("Detail", status.detail),
      fact(status.refreshed ? "Last refresh" : "Connected", time(status.issuedAt)),
      fact("Token until", tokenEnd(status)),
      fact("Next refresh due", status.refreshAt ? time(status.refreshAt) : "none"),
      fact("Next attempt", time(status.nextAttempt)),
      fact("Connection until", status.endsAt ? time(status.endsAt) : "not known"),
      fact("Consent given", time(status.consentedAt)),
      fact("Refreshes so far", String(Math.max(0, status.generation - 1))),
      fact("Scopes", el("span", { class: "any" }, status.grantedScopes.join(" "))),
      fact("Missing scopes", status.missingScopes.join(" ")),
      fact("Refreshed now by", status.claimOwner),
      fact("Derived from", status.parent ? link(status.parent) : ""),
      fact("Unsaved", status.unsaved ? "The newest tokens are not in the store yet." : ""),
      fact("Out of date since", time(status.staleSince)),
    ].filter((one) => one !== null);
  }

  const BAD = new Set(["REFRESH_FAILED", "REAUTHORIZATION_REQUIRED", "ROTATION_AT_RISK", "CONSENT_LOST", "MANY_TOKENS_REFUSED"]);

  function event(one) {
    return el("li", { class: BAD.has(one.kind) ? "bad" : "" },
      el("span", { class: "what" }, one.title), " ", time(one.at),
      one.detail ? el("span", { class: "detail", dir: "auto" }, one.detail) : "");
  }

  let account = null;

  async function showAccount(mine) {
    const key = account;
    const data = await call("api/account?" + query(key));
    if (mine !== request) {
      return;
    }
    reading(data);
    $("name").textContent = key.account;
    const status = data.status;
    fill($("account-state"), status ? [badge(status)] : [el("span", { class: "badge soon" }, data.readAt ? "Not connected" : "Not read yet")]);
    document.querySelectorAll("#actions button").forEach((button) => {
      button.hidden = session.readOnly;
      button.disabled = !status && button.dataset.action !== "reconnect";
    });
    fill($("facts"), status ? facts(status) : []);
    const derived = status ? status.derived : [];
    fill($("derived"), derived.length
      ? derived.map((one) => el("li", {}, link(one), " ", badge(one))) : [el("li", { class: "note" }, "None.")]);
    fill($("timeline"), data.events.length ? data.events.map(event)
      : [el("li", { class: "note" }, data.hasEvents ? "No events yet." : "The application passes no events to the console.")]);
  }

  function store(overview) {
    const lines = overview.store.up
      ? [el("p", {}, el("span", { class: "badge" }, "Works"), " The last call of the store succeeded.")]
      : [el("p", {}, el("span", { class: "badge now" }, "Fails"), " No call has succeeded since ", time(overview.store.since), ".")];
    overview.store.failing.forEach((one) =>
      lines.push(el("p", { class: "any" }, one.operation + ": " + one.detail + " (", time(one.since), ")")));
    lines.push(el("p", { class: "note" }, "Unsaved accounts: " + overview.unsaved + ". Missed events: " + overview.droppedEvents
      + "." + (overview.oldestOverdue === undefined ? "" : " Oldest account due for " + Math.round(overview.oldestOverdue / 60000) + " minutes.")));
    return lines;
  }

  function client(one) {
    const state = one.problem ? el("span", { class: "badge now" }, one.open ? "Refused, tries again" : "Refused")
      : el("span", { class: "badge" }, "Accepted");
    const more = one.until ? [el("span", { class: "detail" }, "Next attempt ", time(one.until))] : [];
    if (one.previousSecret) {
      more.push(el("span", { class: "remedy" }, "Only the previous secret is accepted: check the new one."));
    }
    return el("tr", {}, el("th", { scope: "row", class: "any" }, one.registration), cell("Provider", one.provider),
      cell("State", state), el("td", {}, ...problem(one), ...more));
  }

  function chart(series, title) {
    const most = Math.max(1, ...series.bars.map((bar) => bar[1] + bar[2]));
    const total = (index) => series.bars.reduce((sum, bar) => sum + bar[index], 0);
    const width = 600 / series.bars.length;
    const height = 100;
    const text = title + ": " + total(1) + " refreshed, " + total(2) + " failed, at most " + most + " in one interval";
    const svg = shape("svg", { viewBox: "0 0 600 104", preserveAspectRatio: "none", role: "img", "aria-label": text });
    series.bars.forEach(([, refreshed, bad], i) => {
      const good = refreshed / most * height;
      const wrong = bad / most * height;
      const x = i * width + width * 0.1;
      if (refreshed) {
        svg.append(shape("rect", { class: "refreshed", x, y: height - good, width: width * 0.8, height: good }));
      }
      if (bad) {
        svg.append(shape("rect", { class: "failed", x, y: height - good - wrong, width: width * 0.8, height: wrong }));
      }
    });
    svg.append(shape("line", { class: "axis", x1: 0, y1: 101, x2: 600, y2: 101 }));
    const busy = series.bars.filter((bar) => bar[1] + bar[2] > 0);
    const rows = busy.slice(-20).map((bar) => el("tr", {},
      el("th", { scope: "row" }, el("time", { datetime: new Date(bar[0]).toISOString() }, full.format(new Date(bar[0])))),
      cell("Refreshed", String(bar[1])), cell("Failed", String(bar[2]))));
    return el("figure", { "data-item": title },
      el("figcaption", {}, el("b", {}, title), " ", el("span", { class: "key" }, total(1) + " refreshed"), " ",
        el("span", { class: "key bad" }, total(2) + " failed")),
      svg,
      el("details", {}, el("summary", { "data-item": title + " as a table" }, title + " as a table"),
        el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "From"),
          el("th", { scope: "col" }, "Refreshed"), el("th", { scope: "col" }, "Failed"))), el("tbody", {}, ...rows))));
  }

  function charts(parent, figures) {
    const open = new Set([...parent.querySelectorAll("details[open]")].map((one) => one.parentNode.dataset.item));
    figures.forEach((figure) => {
      if (open.has(figure.dataset.item)) {
        figure.querySelector("details").setAttribute("open", "");
      }
    });
    fill(parent, figures);
  }

  async function showHealth(mine) {
    const overview = await call("api/overview");
    if (mine !== request) {
      return;
    }
    reading(overview);
    fill($("store"), store(overview));
    fill($("client-rows"), overview.clients.map(client));
    $("charts-note").textContent = session.hasEvents
      ? "Counted since this process started; other processes are not included."
      : "The application passes no events to the console, so there are no charts.";
    charts($("charts"), overview.charts.map((series, i) => chart(series, i === 0 ? "The last hour" : "The last day")));
  }

  // ---- routes

  const VIEWS = { accounts: showAccounts, account: showAccount, health: showHealth };
  let view = null;

  function route() {
    const parts = location.hash.replace(/^#\/?/, "").split("/");
    if (parts[0] === "account" && parts.length === 3) {
      try {
        account = { registration: decodeURIComponent(parts[1]), account: decodeURIComponent(parts[2]) };
        return "account";
      } catch (e) {
        return "accounts";
      }
    }
    return parts[0] === "health" ? "health" : "accounts";
  }

  const TITLES = { accounts: "Accounts", account: "Account", health: "Health" };

  function navigate() {
    const before = view;
    view = route();
    Object.keys(VIEWS).forEach((name) => { $("view-" + name).hidden = name !== view; });
    $("result").textContent = "";
    document.title = TITLES[view] + " – Evertoken";
    [["nav-accounts", "accounts"], ["nav-health", "health"]].forEach(([id, name]) => {
      if (view === name) {
        $(id).setAttribute("aria-current", "page");
      } else {
        $(id).removeAttribute("aria-current");
      }
    });
    if (view === "account") {
      $("name").textContent = account.account;
      ["facts", "derived", "timeline", "account-state"].forEach((id) => fill($(id), []));
    }
    if (before !== null) {
      $("view-" + view).querySelector("h1").focus();
      window.scrollTo(0, 0);
    }
    update();
  }

  async function update() {
    clearTimeout(timer);
    const mine = ++request;
    document.body.dataset.busy = "true";
    try {
      if (session === null) {
        session = await call("api/session");
        $("mode").hidden = !session.readOnly;
      }
      await VIEWS[view](mine);
    } catch (e) {
      if (mine === request) {
        failed(e);
      }
    }
    if (mine === request) {
      document.body.dataset.busy = "false";
      document.body.dataset.shown = document.body.dataset.shown || String(performance.now());
      timer = setTimeout(() => (document.hidden ? schedule() : update()), EVERY);
    }
  }

  function schedule() {
    document.addEventListener("visibilitychange", update, { once: true });
  }

  // ---- controls

  function search(change) {
    Object.assign(list, { page: 0 }, change);
    update();
  }

  let typing = null;
  $("q").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => search({ q: $("q").value }), 150);
  });
  $("search").addEventListener("submit", (e) => {
    e.preventDefault();
    clearTimeout(typing);
    search({ q: $("q").value });
  });
  ["registration", "state", "sort"].forEach((id) => $(id).addEventListener("change", () => search({ [id]: $(id).value })));
  $("states").addEventListener("click", (e) => {
    const button = e.target.closest("button");
    if (button) {
      search({ state: list.state === button.dataset.state ? "" : button.dataset.state });
    }
  });
  $("previous").addEventListener("click", () => search({ page: list.page - 1 }));
  $("next").addEventListener("click", () => search({ page: list.page + 1 }));
  $("skip").addEventListener("click", (e) => {
    e.preventDefault();
    $("main").focus();
  });

  async function run(action, key, confirmed) {
    $("result").textContent = "In progress …";
    try {
      const result = await act(action, key, confirmed);
      $("result").textContent = result.message;
      if (result.link) {
        $("link-text").value = result.link;
        $("link-note").textContent = "";
        $("link").showModal();
        $("link-text").select();
      }
    } catch (e) {
      $("result").textContent = e.message;
    }
    await update();
  }

  $("actions").addEventListener("click", (e) => {
    const button = e.target.closest("button");
    if (!button) {
      return;
    }
    if (button.dataset.action === "disconnect") {
      $("confirm-name").textContent = account.account;
      $("confirm").showModal();
      $("confirm-no").focus();
    } else {
      run(button.dataset.action, account);
    }
  });
  $("confirm-no").addEventListener("click", () => $("confirm").close());
  $("confirm-yes").addEventListener("click", () => {
    $("confirm").close();
    run("disconnect", account, account.account);
  });
  $("link-close").addEventListener("click", () => $("link").close());
  $("link-copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText($("link-text").value);
      $("link-note").textContent = "Copied.";
    } catch (e) {
      $("link-text").select();
      $("link-note").textContent = "Select the link and copy it.";
    }
  });

  window.addEventListener("hashchange", navigate);
  navigate();
})();
