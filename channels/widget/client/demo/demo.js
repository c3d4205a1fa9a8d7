/** A shop of one page: addresses change without a load, as on many real sites, and the widget follows. */
const PRICES = { jacket: 128, sweater: 89, backpack: 74, cup: 16, lamp: 62, boots: 145 };
const NAMES = { en: "English", ru: "Русский", uk: "Українська", es: "Español" };

let locale = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in WORDS) ?? "en";

const choice = document.getElementById("language");
choice.append(...Object.entries(NAMES).map(([id, name]) => new Option(name, id)));
choice.value = locale;

/** Calls wait here until the widget is there. */
window.Deskbridge ??= function (...args) {
  (window.Deskbridge.q ??= []).push(args);
};

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const picture = (id) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${id}`);
  svg.setAttribute("viewBox", "0 0 120 120");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return make("span", { class: `picture ${id}` }, svg);
};

const price = (id) =>
  make("span", { class: "price" }, new Intl.NumberFormat(locale, { style: "currency", currency: "EUR", currencyDisplay: "narrowSymbol", maximumFractionDigits: 0 }).format(PRICES[id]));

function shop(words) {
  const rows = Object.entries(words.goods).map(([id, [name]]) =>
    make("li", {}, make("a", { href: `/demo?page=${id}` }, picture(id), make("b", {}, name), price(id))),
  );
  return [words.title, make("h1", {}, words.title), make("p", { class: "lead" }, words.lead), make("ul", { class: "goods" }, ...rows)];
}

function thing(words, id) {
  const [name, about] = words.goods[id];
  const ask = make("button", { type: "button" }, words.ask);
  const buy = make("button", { type: "button", class: "plain" }, words.buy);
  ask.onclick = () => Deskbridge("open");
  buy.onclick = () => {
    buy.textContent = words.bought;
    Deskbridge("set", { basket: id });
  };
  const text = make("div", {}, make("h1", {}, name), price(id), make("p", {}, about), make("p", { class: "actions" }, ask, buy));
  return [name, make("p", {}, make("a", { href: "/demo" }, words.back)), make("div", { class: "detail" }, picture(id), text)];
}

function delivery(words) {
  const terms = words.terms.map(([question, answer]) => make("div", {}, make("dt", {}, question), make("dd", {}, answer)));
  return [words.delivery_title, make("h1", {}, words.delivery_title), make("dl", { class: "terms" }, ...terms)];
}

function show() {
  const words = WORDS[locale];
  const at = new URLSearchParams(location.search).get("page") ?? "";
  const [title, ...parts] = Object.hasOwn(words.goods, at) ? thing(words, at) : at === "delivery" ? delivery(words) : shop(words);
  document.documentElement.lang = locale;
  document.title = `${title} · Linden`;
  document.getElementById("page").replaceChildren(...parts);
  const links = [["", words.shop], ["delivery", words.delivery]];
  document.getElementById("nav").replaceChildren(
    ...links.map(([page, name]) => make("a", { href: page ? `/demo?page=${page}` : "/demo", ...(page === at && { "aria-current": "page" }) }, name)),
  );
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  choice.ariaLabel = words.language;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="/demo"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.href !== location.href) history.pushState({}, "", link.href);
  show();
  scrollTo(0, 0);
  document.getElementById("page").focus();
});
addEventListener("popstate", show);

choice.onchange = () => {
  locale = choice.value;
  Deskbridge("locale", locale);
  show();
};
show();
