package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The nightly gate, with defects written into the sources that it is to find, and without. The
 * baseline is made just before, by the sources as they are.
 */
@Tag("slow")
class SeededDefectsTest {
  private static final int NIGHTS = Integer.getInteger("pe.nights", 2);
  private static final String LAYERS = "pe-layers/src/main/java/io/github/pelab/layers/";
  private static final String YAML =
      """
      schemaVersion: 1
      name: tiny
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 5, maxLength: 8}
      data: {train: 256, validation: 40, test: 60}
      model:
        scheme: [nope, rope, {scheme: rope, attention: "mla(compressed=8,rotary=4)"}]
        layers: 2
        width: 16
        heads: 2
        maxLength: 8
      training: {epochs: 1, batch: 32, seed: [1, 2]}
      ablation: {pairs: 0, controls: 0, portrait: 8}
      """;

  @TempDir static Path directory;
  private static Path config;
  private static Path runs;

  @TempDir Path mutated;

  @BeforeAll
  static void acceptTheSourcesAsTheyAre() throws IOException {
    config =
        Files.writeString(Files.createDirectory(directory.resolve("n")).resolve("t.yaml"), YAML);
    runs = directory.resolve("runs");
    Pe first = Pe.run("nightly", config, "--runs", runs, "--progress", "none");
    assertThat(first.exitCode()).as(first.out() + first.err()).isEqualTo(2);
    assertThat(Pe.run("baseline", "accept", config, "--runs", runs).exitCode()).isZero();
  }

  /** The ids of what is red, in a process with these classes. */
  private static List<String> red(Mutant mutant) throws Exception {
    Path elsewhere = Files.createTempDirectory(directory, "runs");
    try (PeProcess pe =
        new PeProcess.Start()
            .withClasses(mutant.classes())
            .pe("nightly", config, "--runs", elsewhere, "--progress", "none")) {
      assertThat(pe.end()).as(pe.output()).isEqualTo(1);
    }
    List<String> red = new ArrayList<>();
    NodeList failures =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(elsewhere.resolve("nightly/TEST-nightly.xml").toFile())
            .getElementsByTagName("failure");
    for (int i = 0; i < failures.getLength(); i++) {
      red.add(((Element) failures.item(i).getParentNode()).getAttribute("name"));
    }
    return red;
  }

  private static List<String> bothSeeds(String format) {
    return List.of(format.formatted(1), format.formatted(2));
  }

  @Test
  void nightsOfTheSourcesAsTheyAreStayGreen() throws Exception {
    for (int night = 1; night < NIGHTS; night++) {
      Pe again = Pe.run("nightly", config, "--runs", runs, "--progress", "none");
      assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
    }
    try (PeProcess pe = PeProcess.pe("nightly", config, "--runs", runs, "--progress", "none")) {
      assertThat(pe.end()).as(pe.output()).isZero();
      assertThat(pe.output()).contains("tiny: PASS");
    }
  }

  @Test
  void ropeWithItsKeysAPositionFurther() throws Exception {
    String further =
        """
        new Sequence(
            sequence.index(),
            sequence.first(),
            sequence.tokens(),
            sequence.position() + 1,
            sequence.hidden(),
            sequence.padding())""";
    Mutant mutant =
        new Mutant(mutated)
            .with(LAYERS + "fused/Rotations.java", "length = tokens;", "length = tokens + 1;")
            .with(
                LAYERS + "fused/MultiHeadSource.java",
                "rotations.rotate(scratch, group, sequence, key)",
                "rotations.rotate(scratch, group, " + further + ", key)",
                "rotations.rotateBack(scratch, group, sequence, key)",
                "rotations.rotateBack(scratch, group, " + further + ", key)");
    assertThat(red(mutant))
        .containsAll(bothSeeds("rope-seed%d/drift"))
        .as("on any machine")
        .containsAll(bothSeeds("rope-seed%d/probe"))
        .as("without a baseline: what is run is not what is observed")
        .containsAll(bothSeeds("rope-seed%d/self-check"))
        .allMatch(id -> id.startsWith("rope-seed"));
  }

  /** No logit changes but in its last bits, and so no probe; the same bits they are not. */
  @Test
  void ropeWithQueriesAndKeysAPositionFurther() throws Exception {
    Mutant mutant =
        new Mutant(mutated)
            .with(
                LAYERS + "scheme/Rotation.java",
                "Math.cos(position *",
                "Math.cos((position + 1) *",
                "Math.sin(position *",
                "Math.sin((position + 1) *");
    assertThat(red(mutant))
        .containsAll(bothSeeds("rope-seed%d/drift"))
        .allMatch(id -> id.matches("rope-.*/drift"));
  }

  @Test
  void headsThatAreNeverRestored() throws Exception {
    Mutant mutant =
        new Mutant(mutated)
            .with(
                LAYERS + "runtime/OpenInterventions.java",
                "return () -> scopes.removeIf(each -> each == scope);",
                "return () -> {};");
    assertThat(red(mutant))
        .containsAll(bothSeeds("nope-seed%d/self-check"))
        .containsAll(bothSeeds("rope-seed%d/self-check"));
  }

  /** As the released code does: the last head of a layer, while later layers are measured. */
  @Test
  void theLastHeadOfALayerThatStays() throws Exception {
    Mutant mutant =
        new Mutant(mutated)
            .with(
                LAYERS + "fused/Stack.java",
                "        exit.accept(number, through(block + 1, chunk, next, keys));\n        pass.intervene(trunk);",
                "        exit.accept(number, through(block + 1, chunk, next, keys));");
    assertThat(red(mutant))
        .as("on any machine; the study itself says so, and then there are no numbers to drift")
        .containsAll(bothSeeds("nope-seed%d/self-check"))
        .containsAll(bothSeeds("rope-seed%d/self-check"));
  }

  /** The same in the list of what is ablated, where nothing contradicts itself. */
  @Test
  void theLastHeadOfEachLayerBeforeThatStays() throws Exception {
    Mutant mutant =
        new Mutant(mutated)
            .with(
                "pe-ablation/src/main/java/io/github/pelab/ablation/AblationStudy.java",
                "IntStream.range(0, config.lastHeadStays() ? layer : 0)",
                "IntStream.range(0, layer)");
    assertThat(red(mutant))
        .containsAll(bothSeeds("nope-seed%d/drift"))
        .containsAll(bothSeeds("rope-seed%d/drift"));
  }

  /** As the released code does: columns of the latent vector in place of a head's output. */
  @Test
  void latentAttentionAblatedByColumns() throws Exception {
    Mutant mutant =
        new Mutant(mutated)
            .with(
                LAYERS + "fused/FusedAttention.java",
                "return pass.interventions().replacement(block, head) != null;",
                "return replaces(head) && !(source instanceof LatentSource<A>);",
                "  private boolean without(HeadPart part, int head) {\n",
                """
                  private boolean replaces(int head) {
                    return pass.interventions().replacement(block, head) != null;
                  }

                  private boolean without(HeadPart part, int head) {
                """,
                "    source.forward(chunk, queries, keys);\n",
                """
                    int size = (form.key().width() - shape.rotary()) / shape.heads();
                    for (int h = 0; h < shape.heads(); h++) {
                      for (int row = 0; row < chunk.rows(); row++) {
                        if (source instanceof LatentSource<A> && replaces(h)) {
                          int at = row * tokens.columns() + form.query().width() + h * size;
                          pass.arithmetic().clear(tokens.numbers(), at, at + size);
                        }
                      }
                    }
                    source.forward(chunk, queries, keys);
                """);
    assertThat(red(mutant))
        .as("on any machine")
        .containsAll(bothSeeds("rope-mla_compressed=8_rotary=4-seed%d/probe"))
        .containsAll(bothSeeds("rope-mla_compressed=8_rotary=4-seed%d/drift"))
        .allMatch(id -> id.startsWith("rope-mla"));
  }
}
