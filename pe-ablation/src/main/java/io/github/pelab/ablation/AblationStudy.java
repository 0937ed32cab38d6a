package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.Evaluation.Result;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Part;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Ablates a network's heads one after another, its layers, pairs of heads and random subspaces, and
 * judges. Which heads are the top ones is decided on the validation split, what they are worth on
 * the test split.
 *
 * <p>Pairs are, within each layer, its first heads on the validation split, as many as {@link
 * AblationConfig#pairs()} says, two by two; and across layers the layers' top heads, two by two. Of
 * more than {@value #MOST_ACROSS} layers, these are the ones whose top heads lose most on the
 * validation split. Random subspaces are compared with each layer's top head, see {@link
 * AblationRow.Control}.
 *
 * <p>The faults of what was released with arXiv 2505.13027 are switches of the config. With {@link
 * AblationConfig#lastHeadStays()} the last heads of all layers before a head's are ablated with it,
 * though it is compared with the whole network: its loop over the heads of a layer restores each
 * when it comes to the next, and so the last one never. (Its loop over latent components leaves the
 * last ones so too, but at its sizes there are none.) With {@link AblationConfig#latentColumns()} a
 * head stands for latent components, see {@link HeadAblation}; with {@link
 * AblationConfig#trainAndTest()} outcomes are over the training split and then the test split. That
 * release measures single heads alone. Whole layers are measured here as single heads are, with the
 * last heads of layers before; pairs and random subspaces, which are nothing beside single heads
 * that are not single, are left out with either of the first two.
 */
public final class AblationStudy {
  private static final int MOST_ACROSS = 8;

  private final Evaluation validation;
  private final List<Evaluation> test;
  private final AblationConfig config;

  /** Of a layer, the first of which are ablated two by two. */
  private final int pairedHeads;

  /** Random subspaces of a layer. */
  private final int subspaces;

  /** What is taken from the network, one after another, as variants of it for each batch. */
  @FunctionalInterface
  private interface Removals {
    /**
     * Always as many and in the same order.
     *
     * @param first the index in its split of the batch's first example
     */
    Stream<Variant> variants(TaskBatch batch, int first);
  }

  /** Two heads, the first by layer and head first. */
  private record HeadPair(Head one, Head other) {
    PairOutcomes with(Outcomes both) {
      return new PairOutcomes(one.layer(), one.head(), other.layer(), other.head(), both);
    }
  }

  /**
   * @param test the splits that outcomes are over, one after another
   */
  public AblationStudy(Evaluation validation, List<Evaluation> test, AblationConfig config) {
    this.validation = validation;
    this.test = List.copyOf(test);
    this.config = config;
    boolean headsAreNotAlone = config.lastHeadStays() || config.latentColumns();
    pairedHeads = headsAreNotAlone ? 0 : config.pairs();
    subspaces = headsAreNotAlone || config.part() != Part.OUTPUT ? 0 : config.controls();
  }

  /** Of the splits of an experiment that the config names. */
  public static AblationStudy of(Experiment experiment, AblationConfig config) {
    return new AblationStudy(
        experiment.evaluation(Split.VALIDATION),
        Stream.of(Split.TRAIN, Split.TEST)
            .filter(split -> split == Split.TEST || config.trainAndTest())
            .map(experiment::evaluation)
            .toList(),
        config);
  }

  /**
   * Ablates and judges.
   *
   * @param checkpoint what is written into the rows as the checkpoint's name
   * @param chance accuracy of a guess
   * @param ceiling the best accuracy that can be reached
   * @return rows of heads and layers, layer by layer; then of pairs, layers before what is across
   *     them; then of random subspaces
   * @throws IllegalStateException if the whole network answers otherwise after the ablations than
   *     before
   */
  public List<AblationRow> run(
      MultiLayerNetwork network,
      String checkpoint,
      double chance,
      double ceiling,
      Progress progress) {
    return run(network, new NetworkHeads(network).passes(), checkpoint, chance, ceiling, progress);
  }

  /** With {@code passes} to run the variants by. */
  List<AblationRow> run(
      MultiLayerNetwork network,
      VariantPasses passes,
      String checkpoint,
      double chance,
      double ceiling,
      Progress progress) {
    NetworkHeads heads = new NetworkHeads(network);
    HeadAblation ablation = new HeadAblation(heads, config, validation.batches());
    List<List<Head>> singles = new ArrayList<>(List.of(List.of()));
    heads.all().forEach(head -> singles.add(withStaying(heads, List.of(head))));
    String name = "ablating " + heads.all().size() + " heads";
    try (Progress.Task task = progress.start(name, steps(heads))) {
      List<HeadOutcomes> picked =
          byLayer(
              heads,
              evaluate(network, List.of(validation), without(ablation, singles), passes, task));
      List<Head> tops = picked.stream().map(layer -> top(layer, 0)).toList();
      List<HeadPair> pairs = pairs(picked);

      List<List<Head>> removed = new ArrayList<>(singles);
      tops.forEach(top -> removed.add(withStaying(heads, heads.of(top.layer()))));
      pairs.forEach(pair -> removed.add(List.of(pair.one(), pair.other())));
      Removals random = randomSubspaces(heads, ablation, tops);
      Removals removals =
          (batch, first) ->
              Stream.concat(
                  without(ablation, removed).variants(batch, first), random.variants(batch, first));
      List<List<Result>> results = evaluate(network, test, removals, passes, task);
      List<HeadOutcomes> onTest = byLayer(heads, results);
      Iterator<Outcomes> tested =
          IntStream.range(singles.size(), results.get(0).size())
              .mapToObj(removal -> outcomes(results, removal))
              .iterator();
      List<Outcomes> layers = tops.stream().map(top -> tested.next()).toList();
      List<PairOutcomes> together = pairs.stream().map(pair -> pair.with(tested.next())).toList();
      List<ControlOutcomes> controls = controls(tops, tested);
      return rows(
          new Intervention(config.interventionName(), checkpoint),
          new Margin(chance, ceiling, config.rule()),
          picked,
          IntStream.range(0, tops.size())
              .mapToObj(layer -> layer(onTest.get(layer), layers.get(layer), picked, together))
              .toList(),
          together,
          controls);
    }
  }

  private static List<AblationRow> rows(
      Intervention intervention,
      Margin margin,
      List<HeadOutcomes> picked,
      List<LayerOutcomes> layers,
      List<PairOutcomes> pairs,
      List<ControlOutcomes> controls) {
    List<HeadOutcomes> singles = layers.stream().map(LayerOutcomes::single).toList();
    List<AblationRow> rows = new ArrayList<>();
    rows.addAll(
        new LayerJudge(margin.rule())
            .judge(intervention, margin.chance(), margin.ceiling(), picked, layers));
    rows.addAll(new PairJudge(margin).judge(intervention, singles, pairs));
    rows.addAll(new ControlJudge(margin).judge(intervention, singles, controls));
    return rows;
  }

  /** These heads of a layer and, if it stays ablated, the last one of each layer before. */
  private List<Head> withStaying(NetworkHeads heads, List<Head> ofLayer) {
    int layer = ofLayer.get(0).layer();
    Stream<Head> staying =
        IntStream.range(0, config.lastHeadStays() ? layer : 0)
            .mapToObj(before -> new Head(before, heads.heads(before) - 1));
    return Stream.concat(staying, ofLayer.stream()).toList();
  }

  /** Each list of heads in turn. */
  private static Removals without(HeadAblation ablation, List<List<Head>> removed) {
    return (batch, first) -> removed.stream().map(heads -> ablation.variant(heads, batch, first));
  }

  /**
   * What is evaluated, by split and then in the order of the removals, of which the first removes
   * nothing. At last the whole network is evaluated again: a head that was left ablated shows
   * there.
   */
  private static List<List<Result>> evaluate(
      MultiLayerNetwork network,
      List<Evaluation> splits,
      Removals removals,
      VariantPasses passes,
      Progress.Task task) {
    List<List<Result>> results = new ArrayList<>();
    for (Evaluation split : splits) {
      results.add(
          split.of(
              (batch, first) ->
                  passes.probabilities(
                      batch, removals.variants(batch, first).peek(variant -> task.step(1)))));
    }
    for (int i = 0; i < splits.size(); i++) {
      requireSame(results.get(i).get(0), splits.get(i).of(network), splits.get(i).split());
      task.step(splits.get(i).batches().size());
    }
    return results;
  }

  private static void requireSame(Result before, Result after, Split split) {
    if (!after.equals(before)) {
      throw new IllegalStateException(
          ("the whole network had %d of %d right on the %s split with loss %s before its heads were"
                  + " ablated, and %d with loss %s after; something that was ablated was not restored")
              .formatted(
                  before.correct(),
                  before.total(),
                  split.key(),
                  before.loss(),
                  after.correct(),
                  after.loss()));
    }
  }

  /** Of a removal, over all splits. */
  private static Outcomes outcomes(List<List<Result>> bySplit, int removal) {
    return bySplit.stream()
        .map(results -> results.get(removal))
        .map(result -> new Outcomes(result.total(), result.right()))
        .reduce(Outcomes::then)
        .orElseThrow();
  }

  /** The mean over all examples of all splits. */
  private static double loss(List<List<Result>> bySplit, int removal) {
    double sum = 0;
    long examples = 0;
    for (List<Result> results : bySplit) {
      sum += results.get(removal).loss() * results.get(removal).total();
      examples += results.get(removal).total();
    }
    return sum / examples;
  }

  /** The whole network, and each head in turn: what is evaluated first. */
  private static List<HeadOutcomes> byLayer(NetworkHeads heads, List<List<Result>> bySplit) {
    Outcomes whole = outcomes(bySplit, 0);
    List<HeadOutcomes> layers = new ArrayList<>();
    int from = 1;
    for (int layer = 0; layer < heads.layers(); layer++) {
      int to = from + heads.heads(layer);
      layers.add(
          new HeadOutcomes(
              layer,
              whole,
              IntStream.range(from, to).mapToObj(removal -> outcomes(bySplit, removal)).toList(),
              IntStream.range(from, to).mapToObj(removal -> loss(bySplit, removal)).toList()));
      from = to;
    }
    return layers;
  }

  /** The head of this rank. */
  private static Head top(HeadOutcomes layer, int rank) {
    return new Head(layer.layer(), layer.ranking().get(rank));
  }

  private List<HeadPair> pairs(List<HeadOutcomes> picked) {
    List<HeadPair> pairs = new ArrayList<>();
    for (HeadOutcomes layer : picked) {
      int most = Math.min(pairedHeads, layer.heads().size());
      pairs.addAll(twoByTwo(IntStream.range(0, most).mapToObj(rank -> top(layer, rank)).toList()));
    }
    if (pairedHeads >= 2) {
      pairs.addAll(
          twoByTwo(
              picked.stream()
                  .sorted(Comparator.comparingInt(AblationStudy::correctWithoutTop))
                  .limit(MOST_ACROSS)
                  .map(layer -> top(layer, 0))
                  .toList()));
    }
    return pairs;
  }

  private static int correctWithoutTop(HeadOutcomes layer) {
    return layer.heads().get(layer.ranking().get(0)).correct();
  }

  private static List<HeadPair> twoByTwo(List<Head> heads) {
    List<Head> ordered =
        heads.stream()
            .sorted(Comparator.comparingInt(Head::layer).thenComparingInt(Head::head))
            .toList();
    List<HeadPair> pairs = new ArrayList<>();
    for (int one = 0; one < ordered.size(); one++) {
      for (int other = one + 1; other < ordered.size(); other++) {
        pairs.add(new HeadPair(ordered.get(one), ordered.get(other)));
      }
    }
    return pairs;
  }

  private Removals randomSubspaces(NetworkHeads heads, HeadAblation ablation, List<Head> tops) {
    if (subspaces == 0) {
      return (batch, first) -> Stream.empty();
    }
    RandomSubspaces random = new RandomSubspaces(heads, ablation, validation.batches());
    return (batch, first) -> random.variants(tops, subspaces, batch, first);
  }

  private List<ControlOutcomes> controls(List<Head> tops, Iterator<Outcomes> outcomes) {
    if (subspaces == 0) {
      return List.of();
    }
    return tops.stream()
        .map(
            top ->
                new ControlOutcomes(
                    top.layer(),
                    top.head(),
                    Stream.generate(outcomes::next).limit(subspaces).toList()))
        .toList();
  }

  private static LayerOutcomes layer(
      HeadOutcomes single, Outcomes allHeads, List<HeadOutcomes> picked, List<PairOutcomes> pairs) {
    List<Integer> ranking = picked.get(single.layer()).ranking();
    Optional<Outcomes> topPair =
        pairs.stream()
            .filter(pair -> ranking.size() > 1)
            .filter(pair -> pair.isOf(single.layer(), ranking.get(0), ranking.get(1)))
            .map(PairOutcomes::both)
            .findFirst();
    return new LayerOutcomes(single, allHeads, topPair);
  }

  /** Passes over a batch, the validation split's and the test split's. */
  private long steps(NetworkHeads heads) {
    int layers = heads.layers();
    long pairs =
        pairedHeads < 2
            ? 0
            : twoOf(Math.min(layers, MOST_ACROSS))
                + IntStream.range(0, layers)
                    .mapToLong(layer -> twoOf(Math.min(heads.heads(layer), pairedHeads)))
                    .sum();
    long singles = 1L + heads.all().size();
    long variants = singles + layers + pairs + (long) layers * subspaces;
    return validation.batches().size() * (singles + 1)
        + test.stream().mapToLong(split -> split.batches().size() * (variants + 1)).sum();
  }

  private static long twoOf(long things) {
    return things * (things - 1) / 2;
  }
}
