package io.github.pelab.ablation.regression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a new baseline says otherwise than the one before it. */
public final class BaselineDiff {
  private BaselineDiff() {}

  /** A line for each difference, old → new; none where only their origin differs. */
  public static List<String> lines(Optional<Baseline> old, Baseline is) {
    List<String> lines = new ArrayList<>();
    if (old.isEmpty()) {
      lines.add("%s: none → %d members".formatted(is.name(), is.measurements().size()));
      return lines;
    }
    Map<String, List<Measurement>> before = byConfiguration(old.get());
    Map<String, List<Measurement>> after = byConfiguration(is);
    Set<String> all = new LinkedHashSet<>(before.keySet());
    all.addAll(after.keySet());
    for (String configuration : all) {
      List<Measurement> was = before.getOrDefault(configuration, List.of());
      List<Measurement> now = after.getOrDefault(configuration, List.of());
      if (was.isEmpty() || now.isEmpty()) {
        lines.add("%s: %s → %s".formatted(configuration, seeds(was), seeds(now)));
      } else {
        compare(configuration, was, now, lines);
      }
    }
    return lines;
  }

  private static Map<String, List<Measurement>> byConfiguration(Baseline of) {
    return of.measurements().stream()
        .collect(
            Collectors.groupingBy(
                Measurement::configuration, LinkedHashMap::new, Collectors.toList()));
  }

  private static String seeds(List<Measurement> of) {
    return of.isEmpty() ? "none" : of.size() + " seeds";
  }

  private static void compare(
      String configuration, List<Measurement> was, List<Measurement> now, List<String> lines) {
    difference(configuration + ", seeds", was, now, BaselineDiff::seeds, lines);
    difference(
        configuration + ", config", was, now, each -> each.get(0).configurationHash(), lines);
    difference(configuration + ", fingerprint", was, now, each -> each.get(0).fingerprint(), lines);
    difference(configuration + ", accuracy", was, now, BaselineDiff::accuracies, lines);
    difference(configuration + ", loss", was, now, BaselineDiff::losses, lines);
    difference(configuration + ", top heads", was, now, BaselineDiff::drops, lines);
    difference(configuration + ", verdicts", was, now, Gate::counts, lines);
    Map<String, Measurement> members =
        was.stream().collect(Collectors.toMap(Measurement::member, each -> each));
    List<String> changed = new ArrayList<>();
    for (Measurement each : now) {
      Optional.ofNullable(members.get(each.member()))
          .flatMap(before -> Gate.firstDifference(before, each))
          .ifPresent(what -> changed.add(each.member() + ": " + what));
    }
    if (!changed.isEmpty()) {
      lines.add(
          "%s: %d of %d members differ in their bits; %s"
              .formatted(configuration, changed.size(), now.size(), changed.get(0)));
    }
  }

  private static void difference(
      String what,
      List<Measurement> was,
      List<Measurement> now,
      Function<List<Measurement>, String> quantity,
      List<String> lines) {
    String before = quantity.apply(was);
    String after = quantity.apply(now);
    if (!before.equals(after)) {
      lines.add("%s: %s → %s".formatted(what, before, after));
    }
  }

  private static String accuracies(List<Measurement> seeds) {
    return text("%.4f", seeds.stream().mapToDouble(Measurement::accuracy).average().orElseThrow());
  }

  private static String losses(List<Measurement> seeds) {
    return text("%.5g", seeds.stream().mapToDouble(Measurement::loss).average().orElseThrow());
  }

  private static String drops(List<Measurement> seeds) {
    List<String> drops = new ArrayList<>();
    for (int layer = 0; layer < seeds.get(0).layers().size(); layer++) {
      int of = layer;
      drops.add(
          text(
              "%.3f",
              seeds.stream().mapToDouble(each -> each.topDrop(of)).average().orElseThrow()));
    }
    return String.join(" and ", drops);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
