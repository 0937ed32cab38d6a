package io.github.pelab.layers.heads;

/** What is changed about one head while a scope is open. */
public sealed interface HeadIntervention permits HeadReplacement, PartRemoval {
  /** The attention's index in its layer, from 0. */
  int block();

  /** The head, from 0. */
  int head();
}
