// A worker thread gets one number a message, and answers each: worker_messages.js bad|fixed.
'use strict';
const {Worker, isMainThread, parentPort} = require('worker_threads');

if (isMainThread) {
  const size = process.argv[2] === 'bad' ? 1 : 5000;
  const rounds = 100000 / size;
  const workers = [new Worker(__filename), new Worker(__filename)];
  let sent = 0;
  let answered = 0;
  const send = (worker) => {
    if (sent < rounds) {
      sent++;
      worker.postMessage(new Array(size).fill(sent));
    }
  };
  for (const worker of workers) {
    worker.on('message', () => {
      if (++answered === rounds) workers.forEach((each) => each.terminate());
      send(worker);
    });
    send(worker);
  }
} else {
  parentPort.on('message', (numbers) => parentPort.postMessage(numbers.map((number) => number + 1)));
}
