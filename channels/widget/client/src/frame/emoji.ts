import type { Key } from "./words.ts";

const group = (name: Key, all: string): { name: Key; emoji: string[] } => ({ name, emoji: all.split(" ") });

/** What people send to a shop, not all of Unicode. */
export const EMOJI = [
  group(
    "emoji_faces",
    "😀 😃 😄 😁 😅 😂 🤣 🙂 🙃 😉 😊 😇 🥰 😍 😘 😋 😜 🤪 🤗 🤭 🤫 🤔 😐 😏 😒 🙄 😬 😌 😔 😪 😴 😷 🤒 🤕 🤢 🥵 🥶 😵 🤯 🥳 😎 🤓 😕 😟 🙁 😮 😲 😳 🥺 😢 😭 😱 😖 😞 😩 😤 😡 🤬",
  ),
  group(
    "emoji_gestures",
    "👍 👎 👌 🤌 🤏 ✌️ 🤞 🤟 🤙 👈 👉 👆 👇 ☝️ ✋ 👋 👏 🙌 🫶 👐 🤝 🙏 💪 ✍️ 👀 🧠 🙋 🙆 🙅 🤷 🤦 🙇 👶 👩 👨 👵 👴 👪 🏃 💃",
  ),
  group(
    "emoji_nature",
    "🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐸 🐵 🐔 🦄 🐝 🦋 🌸 🌹 🌻 🌲 🍀 🍁 ☀️ 🌙 ⭐ 🌈 ⛄ 🔥 💧 🍎 🍋 🍓 🍅 🥑 🍞 🧀 🍕 🍔 🍰 🎂 🍫 ☕ 🍷",
  ),
  group(
    "emoji_things",
    "❤️ 🧡 💛 💚 💙 💜 🖤 💔 💯 ✨ 🎉 🎁 🎈 🏆 ⚽ 🎵 📷 📱 💻 🔋 💡 🔧 📦 🚚 🏠 ✈️ 🚗 🛒 👕 👗 👟 💳 💰 📄 ✏️ 📌 🔒 🔑 ⏰ 📅 ✅ ❌ ❗ ❓ ⚠️ ♻️ 🆗 🆕",
  ),
];
