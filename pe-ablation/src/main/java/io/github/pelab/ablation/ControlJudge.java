package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Control;
import io.github.pelab.ablation.AblationRow.Intervention;
import java.util.List;
import java.util.Optional;

/**
 * Turns the outcomes of random subspaces into rows: a Monte Carlo test of whether a head is missed
 * more than what is drawn at random from its layer, as much of it. Its p is (1 + b) / (1 + n), with
 * b of n subspaces that lose as much as the head or more.
 *
 * <p>Davison and Hinkley (1997), <em>Bootstrap Methods and their Application</em>, §4.2.
 */
final class ControlJudge {
  private final Margin margin;

  ControlJudge(Margin margin) {
    this.margin = margin;
  }

  /**
   * A row for each layer that has random subspaces, in their order.
   *
   * @param test all layers, each at its index, on the same split as the controls
   */
  List<Control> judge(
      Intervention intervention, List<HeadOutcomes> test, List<ControlOutcomes> controls) {
    return controls.stream()
        .map(control -> row(intervention, test.get(control.layer()), control))
        .toList();
  }

  private Control row(Intervention intervention, HeadOutcomes layer, ControlOutcomes control) {
    Outcomes whole = layer.baseline();
    PairedTable table = PairedTable.of(whole, layer.heads().get(control.head()));
    List<PairedTable> random =
        control.random().stream().map(outcomes -> PairedTable.of(whole, outcomes)).toList();
    long asMuch = random.stream().filter(each -> each.netLoss() >= table.netLoss()).count();
    Optional<Double> ifLearned = margin.ifLearned(whole);
    return new Control(
        intervention,
        control.layer(),
        control.head(),
        ifLearned.map(of -> table.netLoss() / of).orElse(null),
        table.difference(),
        random.stream().map(PairedTable::difference).toList(),
        (1.0 + asMuch) / (1 + random.size()));
  }
}
