%% Eight processes of Erlang ask one server for each number: one_gen_server bad|fixed.
%% In the fixed form each computes alone.
-module(one_gen_server).
-export([main/1]).

main([Word]) ->
    Form = list_to_atom(Word),
    Own = self(),
    Server = spawn(fun() -> serve(0) end),
    [spawn(fun() -> work(Form, Server, 60000), Own ! done end) || _ <- lists:seq(1, 8)],
    [receive done -> ok end || _ <- lists:seq(1, 8)],
    halt().

serve(Sum) ->
    receive {From, Number} -> From ! compute(Number, 40), serve(Sum + Number) end.

work(_, _, 0) -> ok;
work(bad, Server, Left) ->
    Server ! {self(), Left},
    receive _ -> ok end,
    work(bad, Server, Left - 1);
work(fixed, Server, Left) ->
    compute(Left, 40),
    work(fixed, Server, Left - 1).

compute(Number, 0) -> Number;
compute(Number, Left) -> compute((Number * 1103515245 + 12345) band 16#7FFFFFFF, Left - 1).
