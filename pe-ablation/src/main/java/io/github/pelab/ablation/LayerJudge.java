package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Head;
import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.ablation.AblationRow.Layer;
import io.github.pelab.train.config.DepositRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns outcomes into rows: tests every head, and gives every layer its {@link Verdict}.
 *
 * <p>With a the accuracy, δ_h = (a_base − a_h) / (a_base − chance) and Δ the same with all heads of
 * the layer ablated. The top head is the one with the largest drop on the validation split; δ₁ is
 * its δ on the test split, δ₂ the largest of the others there, share = δ₁⁺ / Σ δ⁺. A test is beyond
 * the null where q is below {@link DepositRule#level()}; heads are one family over all layers, the
 * layers' Δ another. The first line that applies, with the default thresholds:
 *
 * <table>
 *   <caption>Verdicts in their order</caption>
 *   <tr><td>NOT_LEARNED</td><td>a_base below half-way from chance to the ceiling</td></tr>
 *   <tr><td>SILENT</td><td>Δ within the null</td></tr>
 *   <tr><td>REDUNDANT</td><td>Δ beyond the null, every δ_h within it</td></tr>
 *   <tr><td>DEPOSIT</td><td>H ≥ 4, δ₁ beyond the null and ≥ 0.2, lower bound of share ≥ 0.5, upper
 *     bound of δ₂ below δ₁ / 2</td></tr>
 *   <tr><td>SPREAD</td><td>upper bound of any head's share below 0.5</td></tr>
 *   <tr><td>NO_VERDICT</td><td>otherwise</td></tr>
 * </table>
 *
 * <p>A layer whose removal <em>raises</em> accuracy beyond the null gets NO_VERDICT, and so does
 * one in which no head's removal lowers it beyond the null while some head's raises it: a share of
 * losses says nothing about either. SPREAD bounds the share of whichever head loses most on test,
 * not only of the one picked on validation: no head carries half.
 */
public final class LayerJudge {

  private final DepositRule rule;

  public LayerJudge(DepositRule rule) {
    this.rule = rule;
  }

  /**
   * The rows of one model under one intervention, layer by layer: each head's, then the layer's.
   *
   * @param chance the accuracy of a model that knows nothing, from the generator
   * @param ceiling the best accuracy that the task allows, from the generator
   * @param validation all layers on the validation split; only picks the top heads
   * @param test the same layers in the same order on the test split
   */
  public List<AblationRow> judge(
      Intervention intervention,
      double chance,
      double ceiling,
      List<HeadOutcomes> validation,
      List<LayerOutcomes> test) {
    Margin learned = new Margin(chance, ceiling, rule);
    requireSameLayers(validation, test);
    double[] headQ =
        BenjaminiHochberg.adjust(
            test.stream()
                .flatMap(layer -> layer.single().tables().stream())
                .mapToDouble(PairedTable::mcNemarP)
                .toArray());
    double[] layerQ =
        BenjaminiHochberg.adjust(
            test.stream().mapToDouble(layer -> layer.allHeadsTable().mcNemarP()).toArray());
    List<AblationRow> rows = new ArrayList<>();
    int tested = 0;
    for (int i = 0; i < test.size(); i++) {
      LayerOutcomes layer = test.get(i);
      Optional<Double> margin = learned.ifLearned(layer.single().baseline());
      List<Head> heads = new ArrayList<>();
      for (PairedTable table : layer.single().tables()) {
        int head = heads.size();
        heads.add(
            head(
                intervention,
                layer.single().layer(),
                head,
                table,
                margin,
                headQ[tested++],
                layer.single().heads().get(head)));
      }
      rows.addAll(heads);
      rows.add(layer(intervention, learned, validation.get(i), layer, heads, layerQ[i]));
    }
    return List.copyOf(rows);
  }

  private Head head(
      Intervention intervention,
      int layer,
      int head,
      PairedTable table,
      Optional<Double> margin,
      double q,
      Outcomes outcomes) {
    return new Head(
        intervention,
        layer,
        head,
        table.both() + table.gained(),
        table.total(),
        table.both() + table.lost(),
        table.difference(),
        table.newcombe(rule.confidence()),
        margin.map(of -> DropProfile.drop(table.netLoss(), of)).orElse(null),
        table.mcNemarP(),
        q,
        q < rule.level(),
        outcomes.encoded());
  }

  private Layer layer(
      Intervention intervention,
      Margin learned,
      HeadOutcomes validation,
      LayerOutcomes test,
      List<Head> heads,
      double allHeadsQ) {
    Outcomes baseline = test.single().baseline();
    int layer = test.single().layer();
    PairedTable allHeads = test.allHeadsTable();
    double allHeadsP = allHeads.mcNemarP();
    Optional<Double> ifLearned = learned.ifLearned(baseline);
    if (ifLearned.isEmpty()) {
      String reason =
          text(
              "accuracy %.3f < %.3f, which is %.2f of the way from chance %.3f to ceiling %.3f",
              baseline.accuracy(),
              learned.learnedFrom(),
              rule.learnedFraction(),
              learned.chance(),
              learned.ceiling());
      return new Layer(
          intervention,
          layer,
          Verdict.NOT_LEARNED,
          reason,
          null,
          allHeadsP,
          allHeadsQ,
          -1,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          baseline.encoded());
    }

    double margin = ifLearned.get();
    double allHeadsDrop = DropProfile.drop(allHeads.netLoss(), margin);
    int topHead = validation.ranking().get(0);
    long[] netLosses = test.single().tables().stream().mapToLong(PairedTable::netLoss).toArray();
    DropProfile drops = DropProfile.of(netLosses, topHead, margin);
    DropBootstrap bounds = DropBootstrap.of(test.single(), topHead, learned.chance(), rule);
    Finding finding = decide(allHeadsDrop, allHeadsQ, heads, topHead, drops, bounds);
    return new Layer(
        intervention,
        layer,
        finding.verdict(),
        finding.reason(),
        allHeadsDrop,
        allHeadsP,
        allHeadsQ,
        topHead,
        drops.top(),
        bounds.top(),
        nullIfUndefined(drops.runnerUp()),
        bounds.runnerUp(),
        nullIfUndefined(drops.share()),
        bounds.share(),
        nullIfUndefined(drops.effectiveHeads()),
        test.topPair().map(pair -> PairedTable.of(baseline, pair).netLoss() / margin).orElse(null),
        baseline.encoded());
  }

  private record Finding(Verdict verdict, String reason) {}

  /** The verdicts after NOT_LEARNED, in their order. */
  private Finding decide(
      double allHeadsDrop,
      double allHeadsQ,
      List<Head> heads,
      int topHead,
      DropProfile drops,
      DropBootstrap bounds) {
    if (allHeadsQ >= rule.level()) {
      return new Finding(
          Verdict.SILENT,
          text("Δ %.3f is within the null: q %.2g ≥ %s", allHeadsDrop, allHeadsQ, rule.level()));
    }
    if (allHeadsDrop < 0) {
      return new Finding(
          Verdict.NO_VERDICT,
          text(
              "the model does better without these heads: Δ %.3f, q %.2g",
              allHeadsDrop, allHeadsQ));
    }
    if (heads.stream().noneMatch(Head::beyondNull)) {
      double smallest = heads.stream().mapToDouble(Head::q).min().orElseThrow();
      return new Finding(
          Verdict.REDUNDANT,
          text(
              "Δ %.3f is beyond the null (q %.2g), no single head is: smallest q %.2g ≥ %s",
              allHeadsDrop, allHeadsQ, smallest, rule.level()));
    }
    List<String> against = againstDeposit(heads, topHead, drops, bounds);
    if (against.isEmpty()) {
      return new Finding(
          Verdict.DEPOSIT,
          text(
              "head %d: δ₁ %.3f ≥ %s, share at least %.3f ≥ %s, δ₂ at most %.3f < %s δ₁",
              topHead,
              drops.top(),
              rule.topDropAtLeast(),
              bounds.share().lower(),
              rule.shareAtLeast(),
              bounds.runnerUp().upper(),
              rule.runnerUpBelow()));
    }
    boolean anyLoses = heads.stream().anyMatch(h -> h.beyondNull() && h.accuracyDrop() > 0);
    double largestShare = bounds.largestShare().upper();
    if (anyLoses && largestShare < rule.shareAtLeast()) {
      return new Finding(
          Verdict.SPREAD,
          text("no head's share is beyond %.3f < %s", largestShare, rule.shareAtLeast()));
    }
    String againstSpread =
        anyLoses
            ? text("some head's share may reach %.3f ≥ %s", largestShare, rule.shareAtLeast())
            : "no head's drop is beyond the null";
    return new Finding(
        Verdict.NO_VERDICT,
        "no deposit: " + String.join(", ", against) + "; no spread: " + againstSpread);
  }

  /** Which conditions of a deposit fail, with their numbers. */
  private List<String> againstDeposit(
      List<Head> heads, int topHead, DropProfile drops, DropBootstrap bounds) {
    List<String> against = new ArrayList<>();
    if (heads.size() < rule.minHeads()) {
      against.add(text("H %d < %d", heads.size(), rule.minHeads()));
    }
    if (!heads.get(topHead).beyondNull()) {
      // On few examples a lone loss recurs in nearly every resample, and the bootstrap takes it for
      // certain; the exact test does not.
      against.add(text("head %d within the null: q %.2g", topHead, heads.get(topHead).q()));
    }
    if (drops.top() < rule.topDropAtLeast()) {
      against.add(text("δ₁ %.3f < %s", drops.top(), rule.topDropAtLeast()));
    }
    if (bounds.share().lower() < rule.shareAtLeast()) {
      against.add(text("share at least %.3f < %s", bounds.share().lower(), rule.shareAtLeast()));
    }
    Interval runnerUp = bounds.runnerUp();
    if (runnerUp == null) {
      against.add("δ₂ is unbounded");
    } else if (runnerUp.upper() >= rule.runnerUpBelow() * drops.top()) {
      against.add(text("δ₂ at most %.3f ≥ %s δ₁", runnerUp.upper(), rule.runnerUpBelow()));
    }
    return against;
  }

  private static Double nullIfUndefined(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static void requireSameLayers(List<HeadOutcomes> validation, List<LayerOutcomes> test) {
    if (test.isEmpty()) {
      throw new IllegalArgumentException("test: no layers; evaluate at least one");
    }
    if (validation.size() != test.size()) {
      throw new IllegalArgumentException(
          "validation: %d layers against %d on test; evaluate the same layers on both"
              .formatted(validation.size(), test.size()));
    }
    for (int i = 0; i < test.size(); i++) {
      HeadOutcomes picked = validation.get(i);
      HeadOutcomes tested = test.get(i).single();
      if (picked.layer() != tested.layer() || picked.heads().size() != tested.heads().size()) {
        throw new IllegalArgumentException(
            ("validation[%d]: layer %d with %d heads against layer %d with %d on test;"
                    + " give the same layers in the same order")
                .formatted(
                    i,
                    picked.layer(),
                    picked.heads().size(),
                    tested.layer(),
                    tested.heads().size()));
      }
    }
  }
}
