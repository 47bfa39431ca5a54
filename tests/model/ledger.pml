/* dmc ledger protocol, small model. Each switch is one decision; 1 = as the protocol demands, 0 = without it.
   AUTO   which kind of step: 1 autocommit (action, then a separate done row), 0 transactional (one commit)
   FENCE  the acting transaction takes a share lock on the lease row and raises unless the epoch is its own
   CONN   takeover ends the old holder's connections before it reads the ledger: nothing sent on them executes any more
   MOVE   the marker has the state `moving', claimed by compare-and-swap before the first step
   GEN    step rows belong to a generation (begin gives a new one); 0: rows are keyed by the plan, for ever
   RESOLVE a run in either direction first settles `intended' rows by the post-check
*/
#define NS 2
#ifndef LAUNCH
#define LAUNCH 3
#endif
#ifndef INSPECT                      /* 1: the end also needs every effect to be there, as re-inspection shows for schema (not for data) */
#define INSPECT 0
#endif
#ifndef SETTLE                       /* 0: undo looks only at done rows and passes over `intended' ones */
#define SETTLE 1
#endif
#define SEEN(f) (!INSPECT || (eff[0] == (f -> 1 : 0) && eff[1] == (f -> 1 : 0)))
#ifndef USEQ
#define USEQ 0
#endif
#define A 0
#define B 1
#define NONE 0
#define DONE 1
#define INTENT 2
byte at = A, moving = 0, fwd_ = 0;
short eff[NS];  byte qeff = 0;
byte row[20];                       /* [gen*NS+step] */
byte gen = 0, epoch = 0, launched = 0, live = 0;
#ifndef OWNROWS
#define OWNROWS 0
#endif
#if OWNROWS                          /* forward and reverse plan keep separate rows, `done' stays done */
#define ROWD(g,s,f) row[(g)*2*NS+((f)->0:NS)+(s)]
#define IS(f) DONE
#else                                /* one row per step: done, or taken back */
#define ROWD(g,s,f) row[(g)*NS+(s)]
#define IS(f) ((f) -> DONE : NONE)
#endif
chan net = [2] of { byte, byte, byte, bit };

inline check() {
  assert(eff[0] >= 0 && eff[0] <= 1 && eff[1] >= 0 && eff[1] <= 1);                 /* LED-1 exactly once */
  assert(!(at == B && !moving && (eff[0] != 1 || eff[1] != 1)));                     /* MRK-2 the marker tells the truth */
  assert(!(MOVE && at == A && !moving && (eff[0] != 0 || eff[1] != 0)));
  assert(!(qeff > 0 && (eff[0] != 0 || eff[1] != 0)));                               /* MRK-3 one plan at a time */
#ifdef WITNESS                       /* run, undo, run can be reached: else the properties would hold because nothing happens */
  assert(!(at == B && !moving && gen == 2));
#endif
}

active proctype Server() {
  byte e,g,s; bit f;
end: do
  :: d_step { net?e,g,s,f ->
      if
      :: (CONN || (!AUTO && FENCE)) && e != epoch -> skip
      :: else ->
         if
         :: !AUTO && (ROWD(g,s,f) == IS(f)) -> skip          /* unique done row */
         :: else -> eff[s] = eff[s] + (f -> 1 : -1);
                    if :: !AUTO -> ROWD(g,s,f) = IS(f) :: else -> skip fi
         fi
      fi; check(); e=0; g=0; s=0; f=0 }
  od
}

proctype Runner(bit f) {
  byte e, g, s, k; 
  atomic { epoch++; e = epoch }
  atomic {
    if
    :: MOVE && moving && (!OWNROWS || fwd_ == f) -> fwd_ = f; g = gen; s = 0
    :: MOVE && !moving && at == (f -> A : B) -> moving = 1; fwd_ = f;
       if :: (f || OWNROWS) && GEN -> gen++ :: else -> skip fi; g = gen
    :: !MOVE && at == (f -> A : B) -> g = 0
    :: else -> s = 99
    fi }
  if :: s == 99 -> goto out :: else -> skip fi;
  do
  :: s < NS ->
     k = (f -> s : NS-1-s);
     if :: skip :: goto out fi;                                       /* crash, or a pause for ever */
     if
     :: ROWD(g,k,f) == IS(f) -> s++
     :: !f && !SETTLE && ROWD(g,k,f) == INTENT -> s++
     :: AUTO && RESOLVE && (f || SETTLE) && ROWD(g,k,f) == INTENT && eff[k] == (f -> 1 : 0) ->       /* in doubt, the post-check says it holds */
        atomic { if :: e == epoch -> ROWD(g,k,f) = IS(f) :: else -> s = 99 fi }
     :: else ->
        if
        :: AUTO ->
           atomic { if :: e != epoch -> s = 99 :: else -> if :: RESOLVE -> ROWD(g,k,f) = INTENT :: else -> skip fi fi };
           if :: s == 99 -> goto out :: else -> skip fi;
           net!e,g,k,f;
           if
           :: atomic { eff[k] == (f -> 1 : 0) -> if :: e == epoch -> ROWD(g,k,f) = IS(f) :: else -> s = 99 fi }
           :: goto out                                                /* crash, or answer lost */
           fi
        :: else ->
           net!e,g,k,f;
           if :: ROWD(g,k,f) == IS(f) -> s++ :: goto out fi
        fi
     fi
  :: s == NS -> break
  :: s == 99 -> goto out
  od;
  atomic {
    if
    :: SEEN(f) && MOVE && e == epoch && moving && fwd_ == f && gen == g -> at = (f -> B : A); moving = 0
    :: SEEN(f) && !MOVE && e == epoch && at == (f -> A : B) -> at = (f -> B : A)
    :: else -> skip
    fi; check() }
out: skip
}

proctype RunnerQ() {
  atomic { epoch++;
    if :: (!MOVE || !moving) && at == A -> qeff++; at = 2 :: else -> skip fi; check() }
}

active proctype Operator() {
  do
  :: launched < LAUNCH -> atomic { launched++; if :: run Runner(1) :: run Runner(0) :: USEQ -> run RunnerQ() fi }
  :: launched == LAUNCH -> break
  od
}
