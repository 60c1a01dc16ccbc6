# Two things can be made at once, and the last one needs them all: make -f serial_tail.mk -j2 TAIL=bad|fixed.
SPIN = i=0; while [ $$i -lt $(1) ]; do i=$$((i + 1)); done

all: tail-$(TAIL)

piece-1 piece-2 piece-3 piece-4:
	@$(call SPIN,120000)

tail-bad: piece-1 piece-2 piece-3 piece-4
	@$(call SPIN,1500000)

tail-fixed: piece-1 piece-2 piece-3 piece-4
