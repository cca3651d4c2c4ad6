// SPDX-License-Identifier: MIT
// An independent client of the API V1, the library dwarfii_api as its users have it, drives a scope:
//   node drive.mjs ws://127.0.0.1:PORT
// Camera, exposure, gain, calibration, goto, RAW frames with their pushes, stop. One JSON line a step; exit
// code 1 with a reason when the scope does not behave as this library's users expect.
import WebSocket from "ws";
import * as dwarf from "dwarfii_api";

const kLongest_ms = 60000;
const kSite = { latitude: 48, longitudeEast: 9 };
const kTarget = { ra: 9.93, dec: 69.68 }; // M 82 in hours and degrees; never sets at 48 degrees north

const url = process.argv[2];
const heard = [];
const waiting = new Set();

const say = (step, more = {}) => console.log(JSON.stringify({ step, ...more }));
const fail = (why) => {
  console.log(JSON.stringify({ failed: why, heard: heard.slice(-10) }));
  process.exit(1);
};

// The first message from now on for which `test` holds; other messages are pushes and other answers.
function next(what, test, longest = kLongest_ms) {
  return new Promise((resolve) => {
    const entry = { test, resolve };
    waiting.add(entry);
    entry.timer = setTimeout(() => {
      if (!waiting.delete(entry)) return;
      if (longest === kLongest_ms) fail(`nothing came: ${what}`);
      resolve(null);
    }, longest);
  });
}

function hear(message) {
  heard.push(message);
  for (const entry of [...waiting]) {
    if (!entry.test(message)) continue;
    waiting.delete(entry);
    clearTimeout(entry.timer);
    entry.resolve(message);
  }
}

async function command(socket, step, options, expected = [0]) {
  const answer = next(step, (m) => m.interface === options.interface && m.code !== undefined);
  dwarf.socketSend(socket, options);
  const message = await answer;
  if (!expected.includes(message.code)) fail(`${step}: code ${message.code}`);
  say(step, { code: message.code });
  return message;
}

// Pushes of one number until a final code.
async function progress(socket, step, options, good, bad) {
  const last = next(step, (m) => m.interface === options.interface && [...good, ...bad].includes(m.code));
  dwarf.socketSend(socket, options);
  const message = await last;
  if (!good.includes(message.code)) fail(`${step}: code ${message.code}`);
  say(step, { code: message.code, pushes: heard.filter((m) => m.interface === options.interface).length });
}

async function photoState(socket) {
  const options = dwarf.cameraWorkingState();
  const answer = next("working state", (m) => m.interface === options.interface && m.photoState !== undefined);
  dwarf.socketSend(socket, options);
  return (await answer).photoState;
}

const raw = (count) => dwarf.takeAstroPhoto("09h55m52s", "+69d40m47s", 1, 80, dwarf.binning2x2, count, dwarf.fileFits);

// A short capture to its end, which nothing announces: the last count, or an idle camera.
async function captureToEnd(socket, count) {
  await command(socket, "raw", raw(count));
  const until = Date.now() + kLongest_ms;
  while ((await photoState(socket)) !== 0) {
    if (Date.now() > until) fail("the capture never ended");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const counts = heard.filter((m) => m.interface === dwarf.numberRawImagesCmd).map((m) => m.currentCount);
  if (counts.length === 0) fail("no count was pushed");
  if (counts.some((c, i) => i > 0 && c < counts[i - 1])) fail(`counts go back: ${counts}`);
  say("raw end", { counts });
}

// This library stops without camId, which a real scope of 2023 did not heed; with camId it does.
async function stopCapture(socket) {
  await command(socket, "long raw", raw(500));
  const options = dwarf.stopAstroPhoto();
  const silent = next("stop", (m) => m.interface === options.interface, 1500);
  dwarf.socketSend(socket, options);
  if ((await silent) !== null) fail("a stop without camId was answered");
  if ((await photoState(socket)) !== 3) fail("a stop without camId ended the capture");
  say("stop without camId", { photoState: 3 });
  await command(socket, "stop", { ...options, camId: dwarf.telephotoCamera });
  const until = Date.now() + kLongest_ms;
  while ((await photoState(socket)) !== 0) if (Date.now() > until) fail("the capture was not stopped");
  say("stopped");
}

async function main() {
  const socket = new WebSocket(url);
  socket.on("error", (e) => fail(`socket: ${e.message}`));
  socket.on("message", (data, binary) => (binary ? fail("a binary frame") : hear(JSON.parse(data.toString()))));
  await new Promise((resolve) => socket.on("open", resolve));
  const tele = dwarf.telephotoCamera;
  await command(socket, "camera", dwarf.turnOnCamera(), [0, -1]);
  await command(socket, "exposure mode", dwarf.setExposureMode(tele, dwarf.modeManual));
  await command(socket, "exposure", dwarf.setExposure(tele, 1));
  await command(socket, "gain mode", dwarf.setGainMode(tele, dwarf.modeManual));
  await command(socket, "gain", dwarf.setGain(tele, 80));
  await command(socket, "infrared filter", dwarf.setIR(tele, dwarf.IRCut));
  const { latitude, longitudeEast } = kSite;
  await progress(socket, "calibration", dwarf.calibrateGoto(latitude, -longitudeEast), [1009], [1002, -18, -46]);
  const goTo = dwarf.startGoto(null, kTarget.ra, kTarget.dec, latitude, -longitudeEast);
  await progress(socket, "goto", goTo, [1005], [1006, -18, -45, -46]);
  await captureToEnd(socket, 3);
  await stopCapture(socket);
  await command(socket, "close", dwarf.turnOffCamera());
  socket.close();
}

await main();
