// Six requests each wait for a program that takes a quarter of a second: blocking_child.js bad|fixed.
// In the bad form the call blocks the event loop until the program has ended.
'use strict';
const {execFile, execFileSync} = require('child_process');

for (let i = 0; i < 6; i++)
  setTimeout(() => {
    if (process.argv[2] === 'bad') execFileSync('sleep', ['0.25']);
    else execFile('sleep', ['0.25'], () => {});
  }, 50 + 10 * i);
