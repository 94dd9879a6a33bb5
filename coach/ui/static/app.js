// What every page shares: language and theme, links inside a page, drawers, files, and how a payload is shown.
"use strict";

const codev = (() => {
  const store = {
    get: (key) => { try { return localStorage.getItem(`codev.${key}`); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(`codev.${key}`, value); } catch { /* private window */ } },
    drop: (key) => { try { localStorage.removeItem(`codev.${key}`); } catch { /* private window */ } },
  };

  // -- the page's language: Gradio would put the browser's in its place
  const lang = location.pathname.split("/")[1] || "en";
  const speak = () => { if (document.documentElement.lang !== lang) document.documentElement.lang = lang; };
  new MutationObserver(speak).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
  speak();

  // -- dark and light: the user's choice first, then the system's
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (store.get("theme") ?? (system.matches ? "dark" : "light")) === "dark";
  const dress = () => {
    document.documentElement.classList.toggle("dark", dark());
    document.body?.classList.toggle("dark", dark());
    document.querySelectorAll("[data-theme-switch]").forEach((b) => b.setAttribute("aria-pressed", String(dark())));
  };
  dress();
  system.addEventListener("change", dress);

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (at("[data-theme-switch]")) {
      store.set("theme", dark() ? "light" : "dark");
      dress();
    } else if (at("[data-switch]")) {
      document.cookie = `codev_lang=${at("[data-switch]").dataset.switch}; path=/; max-age=31536000; samesite=lax`;
    } else if (at("[data-notice-close]")) {
      at("[data-notice]").replaceChildren();
      document.getElementById("box")?.focus();
    } else if (at("[data-fill]")) {
      fill(at("[data-fill]").dataset.fill);
    } else if (at("a[href^='#']") && at("a[href^='#']").getAttribute("href").length > 1) {
      event.preventDefault(); // the page's <base> would turn it into another page
      const target = document.querySelector(at("a[href^='#']").getAttribute("href"));
      target?.focus();
      target?.scrollIntoView({ block: "nearest" });
    }
  });

  const fill = (text) => {
    const box = document.getElementById("box");
    if (!box) return;
    box.value = text.replaceAll("\u00a0", " "); // what is shown may be tied; what is said is plain
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  };

  // -- a payload: { parts: {name: html}, goto: url }
  const shown = new WeakMap();
  const put = (node, html) => {
    if (!node || shown.get(node) === html) return;
    shown.set(node, html);
    node.innerHTML = html;
  };
  const show = (element, payload) => {
    if (payload.goto) { location.assign(payload.goto); return false; }
    tell(element, payload.notice);
    for (const [name, html] of Object.entries(payload.parts ?? {})) put(element.querySelector(`[data-part="${name}"]`), html);
    for (const time of element.querySelectorAll("time[datetime]")) {
      time.textContent = new Date(time.dateTime).toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
    }
    return true;
  };

  // -- what went wrong, in a sentence that stays until the next thing works
  const tell = (element, text) => {
    const region = element.querySelector("[data-notice]");
    if (!region || (!text && !region.firstChild)) return;
    region.replaceChildren();
    if (!text) return;
    const notice = element.querySelector("[data-notice-form]").content.cloneNode(true);
    notice.querySelector("p").textContent = text;
    region.append(notice);
  };

  const query = () => Object.fromEntries(new URLSearchParams(location.search));
  const start = (element) => {
    document.title = element.querySelector("[data-title]").dataset.title;
    dress();
    warm(element.querySelector("[data-warming]"));
  };

  // -- the line that says that the texts are still being prepared
  const warm = async (line) => {
    if (!line) return;
    for (;;) {
      let state;
      try { state = (await (await fetch("/healthz")).json()).warm; } catch { state = null; }
      if (!state || state.ready) { line.hidden = true; return; }
      line.hidden = false;
      line.firstElementChild.textContent = line.firstElementChild.dataset.words;
      if (state.total) { line.querySelector("progress").value = state.done / state.total; }
      await new Promise((done) => setTimeout(done, 1000));
    }
  };

  const download = (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // -- a page of one form: what it sends is { kind, …fields }
  const page = (element, props, watch, send) => {
    start(element);
    watch("value", () => {
      if (!props.value || !show(element, props.value)) return;
      element.querySelectorAll("[data-busy]").forEach((node) => { node.hidden = true; });
      element.querySelectorAll("form button[type=submit]").forEach((b) => { b.disabled = false; });
      if (props.value.focus) element.querySelector(props.value.focus)?.focus();
    });
    element.addEventListener("submit", async (event) => {
      const form = event.target.closest("form");
      if (!form || form.method === "dialog") return;
      event.preventDefault();
      form.querySelector("button[type=submit]").disabled = true;
      const busy = form.querySelector("[data-busy]");
      if (busy) busy.hidden = false;
      const fields = {};
      for (const [key, value] of new FormData(form)) fields[key] = value instanceof File ? await value.text() : value;
      for (const input of form.querySelectorAll("input[type=file]")) fields[`${input.name}_name`] = input.files[0]?.name ?? "";
      send({ kind: form.dataset.kind, ...fields });
    });
    element.addEventListener("click", (event) => {
      const save = event.target.closest("[data-save]");
      if (save) download(save.dataset.name, save.dataset.save, props.value.files[save.dataset.file]);
      const more = event.target.closest("[data-more]");
      if (more) { more.closest("section").classList.add("open"); more.closest("section").querySelector(".more-row a").focus(); more.remove(); }
      const opener = event.target.closest("[data-confirm]");
      if (opener) confirm(element, opener, send);
    });
    send({ kind: "enter", ...query() });
  };

  const confirm = (element, opener, send) => {
    const dialog = element.querySelector("dialog[data-sure]");
    dialog.querySelector("[data-what]").textContent = opener.dataset.what ?? "";
    dialog.onclose = () => {
      if (dialog.returnValue === "yes") send(JSON.parse(opener.dataset.confirm));
      else opener.focus();
    };
    dialog.returnValue = "";
    dialog.showModal();
  };

  return { store, start, show, put, query, fill, page, system };
})();
