// Shows what is on somebody's phone, and brings what they do to their messengers. Looks twice a second; a message that
// stays as it is keeps its element, so that a song plays on.
const LOOK_EVERY = 500;

const chats = document.querySelector('#chats');
const shown = new Map();
let person = decodeURIComponent(location.hash.slice(1)) || 'Asha';
let seen = '';

const address = (chat, ...rest) =>
  ['/phones', person, chat, ...rest].map((part, i) => (i ? encodeURIComponent(part) : part)).join('/');

async function does(url, options) {
  const answer = await fetch(url, { method: 'POST', ...options });
  if (!answer.ok) console.warn(url, answer.status, await answer.text());
  await look();
}

const asJson = (value) => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, tap, about) {
  const made = element('button', '', text);
  made.type = 'button';
  if (about) made.append(element('small', '', about));
  made.addEventListener('click', tap);
  return made;
}

function withLinks(text) {
  const whole = element('div', 'text');
  whole.dir = 'auto';
  for (const part of text.split(/(https?:\/\/\S+)/)) {
    if (/^https?:/.test(part)) {
      const link = element('a', '', part);
      link.href = part;
      link.target = '_blank';
      link.rel = 'noopener';
      whole.append(link);
    } else whole.append(part);
  }
  return whole;
}

function fileOf(chat, message) {
  const url = address(chat, 'files', message.id);
  const caption = element('div', 'file', message.file.name);
  if (!message.file.type.startsWith('audio/')) return [caption];
  const audio = element('audio');
  audio.controls = true;
  audio.preload = 'metadata';
  audio.src = url;
  return [caption, audio];
}

function messageOf(chat, message) {
  const item = element('li', message.mine ? 'message mine' : 'message');
  if (message.from) item.append(element('div', 'from', message.from));
  if (message.text) item.append(withLinks(message.text));
  if (message.file) item.append(...fileOf(chat, message));
  for (const row of message.rows) {
    const line = element('div', 'row');
    for (const { text, does: action, opens, about } of row) {
      if (opens) {
        const link = element('a', '', text);
        link.href = opens;
        link.target = '_blank';
        link.rel = 'noopener';
        line.append(link);
      } else {
        const told = asJson({ message: message.id, button: action ?? text });
        line.append(button(text, () => does(address(chat, 'taps'), told), about));
      }
    }
    item.append(line);
  }
  return item;
}

function openChat(name) {
  const section = document.querySelector('#chat').content.cloneNode(true).firstElementChild;
  section.dataset.chat = name;
  section.querySelector('h2').textContent = name;
  const form = section.querySelector('form');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    form.elements.text.value = '';
    if (text) does(address(name, 'says'), asJson({ text }));
  });
  const file = form.querySelector('input[type=file]');
  file.addEventListener('change', () => {
    const [chosen] = file.files;
    const headers = { 'Content-Type': chosen.type || 'application/octet-stream' };
    const url = `${address(name, 'sends')}?name=${encodeURIComponent(chosen.name)}`;
    does(url, { headers, body: chosen });
    file.value = '';
  });
  form.querySelector('.sample').addEventListener('click', () => does(address(name, 'sends-sample')));
  chats.append(section);
  return section;
}

function showChat(name, { messages, keyboard }) {
  const section = chats.querySelector(`[data-chat="${name}"]`) ?? openChat(name);
  const list = section.querySelector('ol');
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const items = messages.map((message) => {
    const key = `${person}/${name}/${message.id}`;
    const text = JSON.stringify(message);
    if (shown.get(key)?.text !== text) shown.set(key, { text, item: messageOf(name, message) });
    return shown.get(key).item;
  });
  if (items.length !== list.children.length || items.some((item, i) => list.children[i] !== item)) {
    list.replaceChildren(...items);
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }
  const keys = keyboard.map((text) => button(text, () => does(address(name, 'says'), asJson({ text }))));
  section.querySelector('.keyboard').replaceChildren(...keys);
}

function showList(id, lines, className) {
  const items = lines.length
    ? lines.map((line) => element('li', className, line))
    : [element('li', '', 'none')];
  document.querySelector(id).replaceChildren(...items);
}

function show(phone) {
  const people = Object.entries(phone.people).map(([name, number]) => {
    const made = button(`${name} ${number}`, () => {
      person = location.hash = name;
      look();
    });
    made.setAttribute('aria-pressed', String(name === person));
    return made;
  });
  document.querySelector('#people').replaceChildren(...people);
  for (const [name, chat] of Object.entries(phone.chats)) showChat(name, chat);
  const group = chats.querySelector('[data-chat="Telegram group"] input[name=text]');
  group.placeholder = `Answers to ${phone.bot} or /song`;
  showList('#texts', phone.texts);
  showList('#complaints', phone.complaints, 'trouble');
  showList(
    '#services',
    Object.entries(phone.services).map(([name, url]) => `${name}: ${url}`),
  );
}

async function look() {
  try {
    const whose = person;
    const text = await (await fetch(`/phones/${encodeURIComponent(whose)}`)).text();
    const now = `${whose} ${text}`;
    if (now !== seen && whose === person) {
      seen = now;
      show(JSON.parse(text));
    }
    document.title = 'Phones · Melody Studio’s stand-ins';
  } catch {
    document.title = 'The stand-ins have ended';
  }
}

await look();
setInterval(look, LOOK_EVERY);
