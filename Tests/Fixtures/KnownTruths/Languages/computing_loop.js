// Requests that compute are served in the event loop, one after the other: computing_loop.js bad|fixed.
// In the fixed form two worker threads compute.
'use strict';
const {Worker, isMainThread, workerData} = require('worker_threads');

function compute(milliseconds) {
  const end = process.cpuUsage().user + process.cpuUsage().system + milliseconds * 1000;
  let number = 1;
  while (process.cpuUsage().user + process.cpuUsage().system < end)
    for (let i = 0; i < 20000; i++) number = (number * 1103515245 + 12345) % 2147483647;
  return number;
}

if (!isMainThread) {
  compute(workerData);
} else if (process.argv[2] === 'bad') {
  for (let i = 0; i < 5; i++) setTimeout(() => compute(200), 10 * i);
} else {
  for (let i = 0; i < 2; i++) new Worker(__filename, {workerData: 1000});
}
