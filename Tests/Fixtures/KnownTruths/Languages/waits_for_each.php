<?php
// Starts processes, and waits for each before the next: waits_for_each.php bad|fixed. Needs pcntl.

function compute(float $seconds): void
{
    $end = cpu() + $seconds;
    while (cpu() < $end) {
        for ($i = 0; $i < 1000; $i++) {
            $number = $i * 1103515245 % 2147483647;
        }
    }
}

function cpu(): float
{
    $usage = getrusage();
    return $usage['ru_utime.tv_sec'] + $usage['ru_utime.tv_usec'] / 1e6;
}

$children = [];
for ($i = 0; $i < 6; $i++) {
    $child = pcntl_fork();
    if ($child === 0) {
        compute(0.15);
        exit(0);
    }
    if ($argv[1] === 'bad') {
        pcntl_waitpid($child, $status);
    } else {
        $children[] = $child;
    }
}
foreach ($children as $child) {
    pcntl_waitpid($child, $status);
}
