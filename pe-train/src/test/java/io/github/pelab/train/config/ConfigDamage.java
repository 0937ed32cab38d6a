package io.github.pelab.train.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The ways in which a config is spoilt: by hand, by a program, or by someone who means it. */
enum ConfigDamage {
  UNKNOWN_KEY(
      (lines, random) -> {
        int line = keyed(lines, random);
        int letter = 'a' + random.nextInt(26);
        lines.set(line, lines.get(line).replaceFirst("(\\w{1,3})", "$1" + (char) letter));
      }),
  MISSING_KEY((lines, random) -> lines.remove(keyed(lines, random))),
  DUPLICATE_KEY(
      (lines, random) -> {
        int line = keyed(lines, random);
        lines.add(line, lines.get(line));
      }),
  WRONG_TYPE(
      (lines, random) ->
          value(
              lines,
              random,
              one(
                  random,
                  "word",
                  "true",
                  "[1, 2]",
                  "{a: 1}",
                  "1.5",
                  "'1'",
                  "''",
                  "null",
                  "~",
                  "[]",
                  "{}",
                  "0x10",
                  "0o17",
                  "1_000",
                  "010",
                  "1e3",
                  "2026-01-01",
                  "1:30",
                  "yes",
                  "|",
                  "[[1]]",
                  "[{a: 1}, {a: 2}]",
                  "?",
                  "-",
                  "- 1"))),
  HUGE(
      (lines, random) ->
          value(
              lines,
              random,
              one(
                  random,
                  "65535",
                  "65536",
                  "1000000",
                  "1048576",
                  "16777216",
                  "100000000",
                  "2147483647",
                  "2147483648",
                  "9223372036854775807",
                  "9223372036854775808",
                  "1e308",
                  "9".repeat(99),
                  "9".repeat(101),
                  "9".repeat(5000),
                  "0." + "3".repeat(300)))),
  NEGATIVE(
      (lines, random) ->
          value(
              lines,
              random,
              one(random, "-1", "-0", "-0.0", "-2147483648", "-9223372036854775809", "-1e-300"))),
  NOT_FINITE(
      (lines, random) ->
          value(lines, random, one(random, ".nan", ".inf", "-.inf", "NaN", "-Infinity", "1e999"))),
  NESTED(
      (lines, random) -> {
        String opening = one(random, "[", "{a: ", "[{scheme: ");
        String closing = one(random, "]", "}", "}]", "");
        int depth = 1 << random.nextInt(17);
        value(lines, random, opening.repeat(depth) + "1" + closing.repeat(depth));
      }),
  REFERENCE(
      (lines, random) -> {
        int line = keyed(lines, random);
        String mark = one(random, "&a ", "*a ", "!!int ", "!x ", "!!java.net.URL ", "&a *a ");
        String before = random.nextBoolean() ? ":( *)" : "^( *)";
        lines.set(line, lines.get(line).replaceFirst(before, "$0" + mark));
        if (random.nextBoolean()) {
          lines.add("<<: *a");
        }
      }),
  SWEEP(
      (lines, random) -> {
        for (int axes = random.nextInt(1, 4); axes > 0; axes--) {
          int first = random.nextInt(1000);
          value(
              lines,
              random,
              IntStream.range(first, first + one(random, 1, 2, 3, 30, 101, 10_001))
                  .mapToObj(String::valueOf)
                  .collect(Collectors.joining(", ", "[", "]")));
        }
      }),
  // The path of each key begins with all that it stands in.
  MANY_KEYS(
      (lines, random) ->
          lines.add(
              one(random, "x: ", "? " + "x".repeat(500_000) + "\n: ", "? [x]\n: ")
                  + IntStream.range(0, one(random, 10, 1000, 40_000))
                      .mapToObj(i -> "k" + i + ": 1")
                      .collect(Collectors.joining(", ", "{", "}")))),
  LARGE_FILE(
      (lines, random) -> {
        String part = one(random, "#", "# x\n", "\n", "k: 1\n", "- ", "'", "é");
        int size = one(random, 1 << 18, 1 << 20, 10 << 20);
        lines.add(random.nextInt(lines.size() + 1), part.repeat(size / part.length()));
      }),
  LONG_TEXT(
      (lines, random) -> {
        String part = one(random, "x", "é", "+", "(", "()", "rope+", "weights+", "rope(base=1)+");
        String text = "\"" + part.repeat(one(random, 10, 100, 50_000)) + "\"";
        if (random.nextInt(4) == 0) {
          lines.add("? " + text + "\n: 1");
        } else {
          value(lines, one(random, "name:", "scheme:", "attention:", "dropoutAt:"), text);
        }
      }),
  CHARACTERS(
      (lines, random) -> {
        String odd =
            one(
                    random,
                    "\\0",
                    "\\a",
                    "\\e[2J",
                    "\\N",
                    "\\L",
                    "\\P",
                    "\\n\\r",
                    "\\uD800",
                    "\\uFFFE",
                    "\\u202E",
                    "\\u009B",
                    "\u0001",
                    "\u0085",
                    "\u2028",
                    "\u202e",
                    "\ufeff",
                    "\ud83d\ude00",
                    "\t",
                    "%s",
                    "${x}",
                    "../..")
                .repeat(random.nextInt(1, 30));
        if (random.nextBoolean()) {
          value(lines, random, "\"" + odd + "\"");
        } else {
          lines.add("\"" + odd + "\": 1");
        }
      }),
  EXPRESSION(
      (lines, random) ->
          value(
              lines,
              one(random, "scheme:", "attention:", "dropoutAt:"),
              "\"%s(%s=%s)\""
                  .formatted(
                      one(random, "rope", "t5", "random", "learned", "alibi", "mla", "nope", "x"),
                      one(random, "base", "heads", "buckets", "compressed", "rotary", "seed"),
                      one(random, "0", "-1", "1e999", "NaN", "65536", "", "1e-300", "0x1p3")))),
  CUT(
      (lines, random) -> {
        String text = String.join("\n", lines);
        lines.clear();
        lines.add(text.substring(0, random.nextInt(text.length())));
        if (random.nextInt(4) == 0) {
          lines.addAll(List.of("---", text));
        }
      }),
  /** Written in Latin-1, which any bytes can be read as. */
  BYTES(
      (lines, random) -> {
        byte[] junk = new byte[one(random, 1, 2, 40, 4096)];
        random.nextBytes(junk);
        lines.add(random.nextInt(lines.size() + 1), new String(junk, ISO_8859_1));
      });

  @SuppressWarnings("ImmutableEnumChecker") // none of these functions holds anything
  private final BiConsumer<List<String>, SplittableRandom> spoil;

  ConfigDamage(BiConsumer<List<String>, SplittableRandom> spoil) {
    this.spoil = spoil;
  }

  /** What is left of a config, without its comments: nobody reads those. */
  byte[] of(String config, SplittableRandom random) {
    List<String> lines =
        config
            .lines()
            .filter(line -> !line.isBlank() && !line.strip().startsWith("#"))
            .collect(Collectors.toCollection(ArrayList::new));
    spoil.accept(lines, random);
    return (String.join("\n", lines) + "\n").getBytes(this == BYTES ? ISO_8859_1 : UTF_8);
  }

  @SafeVarargs
  private static <T> T one(SplittableRandom random, T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A line at random that begins with a key. */
  private static int keyed(List<String> lines, SplittableRandom random) {
    int[] keyed = IntStream.range(0, lines.size()).filter(i -> keyed(lines.get(i))).toArray();
    return keyed[random.nextInt(keyed.length)];
  }

  private static boolean keyed(String line) {
    return line.matches(" *\\w+:.*");
  }

  private static void value(List<String> lines, SplittableRandom random, String value) {
    int line = keyed(lines, random);
    lines.set(line, withValue(lines.get(line), value));
  }

  private static void value(List<String> lines, String key, String value) {
    lines.replaceAll(line -> line.strip().startsWith(key) ? withValue(line, value) : line);
  }

  private static String withValue(String line, String value) {
    return line.substring(0, line.indexOf(':')) + ": " + value;
  }
}
