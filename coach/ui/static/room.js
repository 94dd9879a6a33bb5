// The room in the browser: it shows frames and sends turns. The session itself lives on the server.
"use strict";

codev.room = (element, props, watch, turn, halt) => {
  const $ = (selector) => element.querySelector(selector);
  const session = codev.query().session ?? "";
  const draft = `draft.${session}`;
  const box = $("#box"), log = $("[data-log]"), clock = $("[data-clock]"), leave = $("[data-leave]");
  let stick = true; // the newest words stay in sight unless the reader scrolled up
  let state = { seen: null, busy: true, offer: {} };
  let deadline = null;

  codev.start(element);
  box.value = codev.store.get(draft) ?? "";

  // -- what the user does
  const send = (kind, more = {}) => {
    if (state.busy) { $("[data-status]").textContent = $("[data-part=now]").textContent; return; }
    setBusy(true);
    turn({ kind, session, seen: state.seen, ...more });
  };
  const acts = {
    say: () => { if (box.value.trim()) send("say", { text: box.value }); else box.focus(); },
    wait: () => send("wait"),
    next: () => send("next"),
    give: () => send("give", { to: $("#give").value }),
    undo: () => send("undo"),
    ask: () => send("ask", { text: box.value.trim() }),
    stop: () => halt({ session }),
    leave: () => { if (state.busy) halt({ session }); leave.showModal(); },
  };
  $("[data-form]").addEventListener("submit", (event) => { event.preventDefault(); acts.say(); });
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (button && button.type !== "submit") acts[button.dataset.act]();
    const choice = event.target.closest("[data-leave-act]")?.dataset.leaveAct;
    if (choice) { leave.close(); if (choice !== "stay") send(choice); }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    acts.say();
  });
  const keep = () => (box.value ? codev.store.set(draft, box.value) : codev.store.drop(draft));
  box.addEventListener("input", () => { keep(); grow(); });
  const grow = () => { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`; };

  // -- what the room shows
  const settle = () => { if (stick) log.scrollTop = log.scrollHeight; };
  log.addEventListener("scroll", () => { stick = log.scrollHeight - log.scrollTop - log.clientHeight < 60; });
  new ResizeObserver(settle).observe(log);

  const reconcile = (entries) => {
    log.querySelector(".loading")?.remove();
    const wanted = new Set(entries.map(([key]) => key));
    for (const node of [...log.children]) if (!wanted.has(node.dataset.key)) node.remove();
    const there = new Map([...log.children].map((node) => [node.dataset.key, node]));
    entries.forEach(([key, html], place) => {
      let node = there.get(key);
      if (!node) { node = document.createElement("div"); node.dataset.key = key; node.className = "entry"; }
      codev.put(node, html);
      if (log.children[place] !== node) log.insertBefore(node, log.children[place] ?? null);
    });
    settle();
  };

  const setBusy = (busy) => {
    state.busy = busy;
    element.firstElementChild.toggleAttribute("data-going-on", busy);
    for (const button of element.querySelectorAll("button[data-act]")) {
      const name = button.dataset.act;
      const live = name === "give" ? state.offer.give?.length : name === "leave" ? state.offer.end : state.offer[name];
      button.disabled = name === "stop" ? !busy : name === "leave" ? !live : busy || !live;
    }
  };

  const showGive = (people) => {
    const select = $("#give"), chosen = select.value;
    $("[data-give]").hidden = !people.length;
    select.replaceChildren(...people.map(([id, name]) => new Option(name, id)));
    if (people.some(([id]) => id === chosen)) select.value = chosen;
  };

  const show = (frame) => {
    if (!codev.show(element, frame)) return;
    if (!frame.log) { $("[data-lost]").hidden = false; $(".stage").hidden = true; return; }
    const hadFocus = element.contains(document.activeElement) ? document.activeElement : null;
    state = { ...state, seen: frame.seen, offer: frame.offer };
    reconcile(frame.log);
    showGive(frame.offer.give);
    $("[data-act=next]").hidden = frame.seat === "consultant";
    setBusy(frame.busy);
    if (frame.box && frame.box[0] !== state.boxed) { state.boxed = frame.box[0]; box.value = frame.box[1]; keep(); }
    grow();
    deadline = frame.left === null ? null : performance.now() + frame.left * 1000;
    tick();
    $("[data-form]").hidden = frame.over;
    $("[data-finished]").hidden = !frame.over;
    if (frame.over) $("[data-debrief]").href = frame.debrief;
    if (hadFocus?.disabled && !frame.busy) box.focus(); // a button that went dead must not swallow the focus
  };

  const tick = () => {
    clock.hidden = deadline === null;
    if (deadline === null) return;
    const left = Math.round((deadline - performance.now()) / 1000), late = left < 0;
    const [minutes, seconds] = [Math.floor(Math.abs(left) / 60), Math.abs(left) % 60];
    $("[data-time]").textContent = `${late ? "+" : ""}${minutes}:${String(seconds).padStart(2, "0")}`;
    $("[data-over]").hidden = !late;
    clock.classList.toggle("late", late);
  };
  setInterval(tick, 1000);

  watch("value", () => { if (props.value) show(props.value); });
  if (session) turn({ kind: "enter", session, seen: null });
  else location.replace(`/${document.documentElement.lang}/`);
};
