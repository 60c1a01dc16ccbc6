(* Four workers compute: threads, which share OCaml 4's master lock, or processes: master_lock bad|fixed. *)

let compute () =
  let number = ref 1 in
  for step = 1 to 120_000_000 do
    number := ((!number * 1103515245) + step) land 0x7FFFFFFF;
    if step land 0xFFFF = 0 then ignore (Sys.opaque_identity (ref !number))
  done;
  ignore (Sys.opaque_identity !number)

let () =
  if Sys.argv.(1) = "bad" then
    List.iter Thread.join (List.init 4 (fun _ -> Thread.create compute ()))
  else begin
    let children =
      List.init 4 (fun _ ->
          match Unix.fork () with
          | 0 -> compute (); Unix._exit 0
          | child -> child)
    in
    List.iter (fun child -> ignore (Unix.waitpid [] child)) children
  end
