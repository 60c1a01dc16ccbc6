# A child is asked for each record, a line a time: records_by_pipe.pl bad|fixed.
use strict;
use warnings;
use IO::Handle;

my $size = $ARGV[0] eq 'bad' ? 1 : 5000;
pipe(my $asked, my $ask)       or die;
pipe(my $answered, my $answer) or die;
$_->autoflush(1) for $ask, $answer;
my $child = fork() // die;
if ($child == 0) {
    close $ask;
    while (my $line = <$asked>) {
        print $answer join(',', map { $_ + 1 } split(/,/, $line)), "\n";
    }
    exit 0;
}
close $asked;
for (1 .. 200000 / $size) {
    print $ask join(',', (7) x $size), "\n";
    my $line = <$answered>;
}
close $ask;
waitpid $child, 0;
