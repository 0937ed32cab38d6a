package io.github.pelab.train.config;

import java.util.Map;

/** The options of a task, as another module would write them. */
record Toy(Integer gap, Double noise, Boolean strict, String alphabet, Protocol protocol) {
  enum Protocol {
    CLEAN,
    AS_RELEASED
  }

  static final Map<String, Class<? extends Record>> TASKS =
      Map.of("toy", Toy.class, "distance", Toy.class);

  Toy {
    gap = gap == null ? 70 : gap;
    noise = noise == null ? 0.0 : noise;
    strict = strict != null && strict;
    alphabet = alphabet == null ? "latin" : alphabet;
    protocol = protocol == null ? Protocol.CLEAN : protocol;
    if (gap < 1) {
      throw new IllegalArgumentException("gap: found " + gap + "; choose at least 1");
    }
  }
}
