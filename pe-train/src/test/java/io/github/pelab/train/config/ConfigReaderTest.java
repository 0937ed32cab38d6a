package io.github.pelab.train.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.layers.sublayer.Activation;
import io.github.pelab.tasks.Describe;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
  private static final String SMALLEST =
      """
      schemaVersion: 1
      name: x
      task: {name: toy}
      model: {scheme: rope}
      """;

  @TempDir Path directory;

  private final ConfigReader reader = new ConfigReader(Toy.TASKS);

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("x.yaml"), bytes);
  }

  private Sweep read(String yaml) throws IOException {
    return reader.read(file(yaml.getBytes(UTF_8)));
  }

  private void refuses(String yaml, String message) throws IOException {
    refuses(yaml.getBytes(UTF_8), message);
  }

  private void refuses(byte[] yaml, String message) throws IOException {
    Path file = file(yaml);
    assertThatThrownBy(() -> reader.read(file))
        .isInstanceOf(ConfigException.class)
        .message()
        .doesNotContain("\n")
        .startsWith(file + ":")
        .endsWith(message);
  }

  /** {@code SMALLEST} without the sections that {@code lines} gives anew. */
  private static String with(String lines) {
    String given = lines.lines().map(l -> l.replaceAll(":.*", ":")).collect(Collectors.joining());
    return SMALLEST
            .lines()
            .filter(line -> !given.contains(line.replaceAll(":.*", ":")))
            .collect(Collectors.joining("\n", "", "\n"))
        + lines;
  }

  // What is right

  @Test
  void fillsInEveryDefault() throws IOException {
    Sweep.Member member = read(SMALLEST).members().get(0);

    assertThat(member.effective().toString())
        .isEqualTo(
            """
            {"schemaVersion":1,"name":"x",\
            "task":{"name":"toy","gap":70,"noise":0.0,"strict":false,"alphabet":"latin","protocol":"clean"},\
            "data":{"train":8000,"validation":1000,"test":2000},\
            "model":{"scheme":"rope","attention":"multi-head","layers":2,"width":32,"heads":4,\
            "feedForward":64,"maxLength":128,"causal":false,"memory":false,"seesPadding":false,\
            "poolsPadding":false,"finalNorm":true,"activation":"relu","bias":true,"logitScale":1.0,\
            "dropout":0.0,"dropoutAt":"weights+attention+feed-forward"},\
            "training":{"epochs":8,"batch":64,"microBatch":64,"learningRate":0.001,"weightDecay":0.01,\
            "warmup":0.06,"beta1":0.9,"beta2":0.999,"clip":0.0,"patience":0,"seed":1},\
            "ablation":{"mode":"mean","part":"output",\
            "rule":{"level":0.05,"confidence":0.95,"learnedFraction":0.5,"minHeads":4,\
            "topDropAtLeast":0.2,"shareAtLeast":0.5,"runnerUpBelow":0.5,\
            "bootstrapResamples":2000,"bootstrapSeed":1},\
            "lastHeadStays":false,"latentColumns":false,"trainAndTest":false,\
            "pairs":3,"controls":20,"portrait":256,"every":0},\
            "spectra":{"every":0,"examples":16}}""");
    assertThat(member.label()).isEqualTo("x");
    assertThat(member.axes()).isEmpty();
  }

  @Test
  void readsEveryField() throws IOException {
    Sweep sweep =
        read(
            """
            schemaVersion: 1
            name: quickstart
            task: {name: distance, gap: 3, noise: 1, strict: true, alphabet: greek, protocol: as-released}
            data: {train: 1, validation: 2, test: 3}
            model:
              scheme: "alibi+rope(base=500)"
              attention: "mla(rotary=8)"
              layers: 6
              width: 256
              heads: 16
              feedForward: 512
              maxLength: 64
              causal: true
              memory: true
              seesPadding: true
              poolsPadding: true
              finalNorm: false
              activation: gelu
              bias: false
              logitScale: 1.5
              dropout: 0.1
              dropoutAt: inner+weights
            training:
              epochs: 1
              batch: 2
              microBatch: 1
              learningRate: 1e-4
              weightDecay: 0
              warmup: 0.5
              beta1: 0.98
              beta2: 0.9
              clip: 1.5
              patience: 3
              seed: 5000000000
            ablation:
              mode: as-released
              part: lag-bias
              rule: {level: 0.01, minHeads: 2, bootstrapResamples: 500, bootstrapSeed: 9}
              latentColumns: false
              pairs: 0
              controls: 5
              portrait: 64
              every: 2
            spectra: {every: 50, examples: 2}
            """);

    ExperimentConfig config = sweep.members().get(0).config();
    assertThat(sweep.name()).isEqualTo("quickstart");
    assertThat(config.data()).isEqualTo(new DataConfig(1, 2, 3));
    assertThat(config.model())
        .isEqualTo(
            new ModelConfig(
                "alibi+rope(base=500)",
                "mla(rotary=8)",
                6,
                256,
                16,
                512,
                64,
                true,
                true,
                true,
                true,
                false,
                Activation.GELU,
                false,
                1.5,
                0.1,
                "inner+weights"));
    assertThat(config.training())
        .isEqualTo(new TrainingConfig(1, 2, 1, 1e-4, 0.0, 0.5, 0.98, 0.9, 1.5, 3, 5_000_000_000L));
    assertThat(config.spectra()).isEqualTo(new SpectraConfig(50, 2));
    assertThat(config.ablation())
        .isEqualTo(
            new AblationConfig(
                AblationConfig.Mode.AS_RELEASED,
                AblationConfig.Part.LAG_BIAS,
                new DepositRule(0.01, 0.95, 0.5, 2, 0.2, 0.5, 0.5, 500, 9L),
                true,
                false,
                true,
                0,
                5,
                64,
                2));
    assertThat(new Binder("x").bind(config.task().options(), Toy.class, "task"))
        .isEqualTo(new Toy(3, 1.0, true, "greek", Toy.Protocol.AS_RELEASED));
  }

  @Test
  void theEffectiveConfigReadsBackAsItself() throws IOException {
    Sweep.Member member = read(SMALLEST).members().get(0);

    assertThat(reader.effective(member.effective(), "run.json")).isEqualTo(member.config());
  }

  @Test
  void acceptsAByteOrderMarkAndComments() throws IOException {
    assertThat(read("\uFEFF# hello\n" + SMALLEST).name()).isEqualTo("x");
  }

  @Test
  void everyFieldIsDescribed() {
    for (Class<?> type :
        new Class<?>[] {
          ExperimentConfig.class,
          TaskConfig.class,
          DataConfig.class,
          ModelConfig.class,
          TrainingConfig.class,
          AblationConfig.class,
          DepositRule.class
        }) {
      for (RecordComponent component : type.getRecordComponents()) {
        assertThat(component.getAnnotation(Describe.class)).as("%s", component).isNotNull();
      }
    }
  }

  // The hash

  @Test
  void theHashIsOfWhatIsRunAndNotOfHowItIsWritten() throws IOException {
    String hash = read(SMALLEST).members().get(0).hash();

    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(
            read("""
                    model: {dropout: 0, layers: 2, scheme: 'rope'}
                    data: {train: 8_000}
                    task:
                      name: "toy"
                    name: x # the same
                    schemaVersion: 1
                    """)
                .members()
                .get(0)
                .hash())
        .isEqualTo(hash);
    assertThat(read(with("data: {train: 8001}\n")).members().get(0).hash()).isNotEqualTo(hash);
    assertThat(read(with("task: {name: toy, gap: 71}\n")).members().get(0).hash())
        .isNotEqualTo(hash);
  }

  /** A golden value: when it changes, the directories of all existing runs are orphaned. */
  @Test
  void theHashIsTheSameOnEveryMachine() throws IOException {
    assertThat(read(SMALLEST).members().get(0).hash())
        .isEqualTo("85460f68836628da68feb0a0c4de2981cab61815c41079678b8aab34cb8b7404");
  }

  // Sweeps

  @Test
  void aListIsASweepInDocumentOrder() throws IOException {
    Sweep sweep = read(with("model: {scheme: [nope, rope]}\ntraining:\n  seed:\n  - 1\n  - 2\n"));

    assertThat(sweep.members())
        .extracting(Sweep.Member::label)
        .containsExactly("nope-seed1", "nope-seed2", "rope-seed1", "rope-seed2");
    Sweep.Member last = sweep.members().get(3);
    assertThat(last.config().model().scheme()).isEqualTo("rope");
    assertThat(last.config().training().seed()).isEqualTo(2);
    assertThat(last.axes())
        .containsExactly(Map.entry("model.scheme", "rope"), Map.entry("training.seed", "2"));
    assertThat(last.directory()).isEqualTo("rope-seed2-" + last.hash().substring(0, 8));
  }

  @Test
  void aMappingInAListSetsSeveralFields() throws IOException {
    Sweep sweep =
        read(
            with(
                "model: {scheme: [nope, {scheme: rope, attention: mla, layers: 3}], layers: 2}\n"));

    assertThat(sweep.members())
        .extracting(Sweep.Member::label)
        .containsExactly("nope", "rope-mla-layers3");
    assertThat(sweep.members().get(0).axes())
        .containsExactly(
            Map.entry("model.scheme", "nope"),
            Map.entry("model.attention", "multi-head"),
            Map.entry("model.layers", "2"));
    assertThat(sweep.members().get(1).config().model().layers()).isEqualTo(3);
    assertThat(sweep.members().get(1).axes()).containsEntry("model.attention", "mla");
  }

  @Test
  void aMappingInAListSetsFieldsOfOtherSectionsByTheirPaths() throws IOException {
    Sweep sweep =
        read(
            with(
                """
                model: {scheme: [nope, {scheme: rope, training.learningRate: 0.004, ablation.rule.level: 0.01}]}
                training: {seed: [1, 2]}
                """));
    assertThat(sweep.members())
        .extracting(Sweep.Member::label)
        .containsExactly(
            "nope-seed1",
            "nope-seed2",
            "rope-learningRate0.004-level0.01-seed1",
            "rope-learningRate0.004-level0.01-seed2");
    assertThat(sweep.members())
        .extracting(member -> member.config().training().learningRate())
        .containsExactly(0.001, 0.001, 0.004, 0.004);
    assertThat(sweep.members().get(3).config().ablation().rule().level()).isEqualTo(0.01);
    assertThat(sweep.members().get(0).axes())
        .containsEntry("training.learningRate", "0.001")
        .containsEntry("ablation.rule.level", "0.05");
  }

  @Test
  void taskOptionsAreSweptToo() throws IOException {
    assertThat(read(with("task: {name: [toy, distance], gap: [1, 2], strict: [true]}\n")).members())
        .extracting(Sweep.Member::label)
        .containsExactly(
            "toy-gap1-stricttrue",
            "toy-gap2-stricttrue",
            "distance-gap1-stricttrue",
            "distance-gap2-stricttrue");
  }

  @Test
  void aMemberIsTheSameRunAloneAndInASweep() throws IOException {
    assertThat(read(with("model: {scheme: [nope, rope]}\n")).members().get(1).hash())
        .isEqualTo(read(SMALLEST).members().get(0).hash());
  }

  @Test
  void labelsAreSafeAndUniqueFileNames() throws IOException {
    Sweep sweep =
        read(
            with(
                """
                task: {name: toy, alphabet: ["rope(base=10000,heads=2)", "rope(base=10000, heads=2)", \
                ../../etc/passwd, sinusoidal+rope, "()", "-rf", "%s"]}
                """
                    .formatted("é".repeat(50) + "x".repeat(400))));

    assertThat(sweep.members())
        .extracting(Sweep.Member::label)
        .startsWith(
            "rope_base=10000_heads=2",
            "rope_base=10000_heads=2-2",
            "etc_passwd",
            "sinusoidal+rope",
            "_",
            "rf")
        .doesNotHaveDuplicates()
        .allMatch(label -> label.matches("[A-Za-z0-9_][A-Za-z0-9._=+-]{0,150}"));
  }

  @Test
  void refusesSweepsThatAreNone() throws IOException {
    refuses(
        with("training:\n  seed: []\n"),
        ":5: training.seed: an empty list is a sweep over nothing; give at least one value"
            .replace(":5:", ":6:"));
    refuses(
        with("training: {seed: [1, 2, 1]}\n"),
        ": members seed1 and seed1-2 are the same run; list each value once");
    refuses(
        with("training: {warmup: [0, 0.0]}\n"),
        ": members warmup0 and warmup0.0 are the same run; list each value once");
    refuses(with("name: [a, b]\n"), ":4: name: a list, but it cannot be swept; give one value");
    refuses(
        with("training: {seed: [[1, 2], [3]]}\n"),
        ":5: training.seed: a sweep is a list of single values, or of mappings that set seed and"
            + " other fields beside it; found a list in it");
    refuses(
        with("model: {scheme: [nope, {attention: mla}]}\n"),
        "model.scheme: a sweep is a list of single values, or of mappings that set scheme and other"
            + " fields beside it; found a mapping in it");
    refuses(
        with("model: {scheme: [nope, {scheme: rope, layers: [1, 2]}]}\n"),
        "model.layers: in a list, one value; found a list");
    refuses(
        with("model: {scheme: [nope, {scheme: rope, layers: 1}], layers: [1, 2]}\n"),
        "model.layers: set by two lists; leave it to one of them");
    refuses(
        with("model: {scheme: [nope, {scheme: rope, attentoin: mla}]}\n"),
        "model.attentoin: unknown key; did you mean 'attention'?");
    refuses(
        with("model: {scheme: [nope, {scheme: rope, trainnig.seed: 2}]}\n"),
        "trainnig: unknown key; did you mean 'training'?");
    refuses(
        with("model: {scheme: [nope, {scheme: rope, name.first: a}]}\n"),
        "name.first: name is no section; set a field of one");
    refuses(
        with(
            "model: {scheme: [nope, {scheme: rope, training.seed: 2}]}\ntraining: {seed: [1, 2]}\n"),
        "training.seed: set by two lists; leave it to one of them");
    refuses(
        with("task: [{name: toy}, {name: distance}]\n"),
        ":4: task: a sweep is a list of single values, or of mappings that set task and other fields"
            + " beside it; found a mapping in it");
  }

  @Test
  void refusesASweepOfTooManyRuns() throws IOException {
    String hundred =
        IntStream.rangeClosed(1, 101).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    refuses(
        with("data: {train: [" + hundred + "]}\ntraining: {seed: [" + hundred + "]}\n"),
        ":6: training.seed: makes the sweep 10201 runs, of 10000 allowed; split it");
  }

  @Test
  void everyMemberIsValidatedBeforeAnyIsReturned() throws IOException {
    refuses(
        with("model: {scheme: rope, heads: [4, 8, 5]}\n"),
        ":4: model.heads: found 5; choose a number that divides the width of 32, or another width");
  }

  @Test
  void explainsASchemeThatYamlCutAtItsComma() throws IOException {
    refuses(
        with("model: {scheme: [nope, rope(base=10000,heads=2)]}\n"),
        ":4: model.scheme: found 'rope(base=10000'; close its parenthesis, and put quotes around"
            + " what holds a comma");
    refuses(
        with("model: {scheme: nope, attention: [multi-head, mla(compressed=8,rotary=4)]}\n"),
        ":4: model.attention: found 'mla(compressed=8'; close its parenthesis, and put quotes around"
            + " what holds a comma");
  }

  // Keys

  @Test
  void refusesUnknownKeysWithTheNearestName() throws IOException {
    refuses(
        with("model:\n  scheme: rope\n  headz: 4\n"),
        ":6: model.headz: unknown key; did you mean 'heads'?");
    refuses(with("trainning: {}\n"), ":5: trainning: unknown key; did you mean 'training'?");
    refuses(
        with("task: {name: toy, gapp: 1}\n"), ":4: task.gapp: unknown key; did you mean 'gap'?");
    refuses(
        with("data: {banana: 1}\n"),
        ":5: data.banana: unknown key; valid here: test, train, validation");
    refuses(with("task: {name: tou}\n"), ":4: task.name: unknown task 'tou'; did you mean 'toy'?");
    refuses(
        with("task: {name: toy, protocol: as-relaesed}\n"),
        ":4: task.protocol: unknown value 'as-relaesed'; did you mean 'as-released'?");
    refuses(
        with("ablation: {mode: meen}\n"),
        ":5: ablation.mode: unknown value 'meen'; did you mean 'mean'?");
    refuses(
        with("<<: {data: {train: 1}}\n"),
        ":5: <<: unknown key; valid here: ablation, data, model, name, schemaVersion, spectra, task, training");
  }

  @Test
  void refusesAKeyOfAnyTextInOneLine() throws IOException {
    refuses(
        with("? \"" + "k\\n".repeat(10_000) + "\"\n: 1\n"),
        "…' has more than 100 characters; no field's name is that long");
    refuses(
        with("\"a\\e[2J\\u009B\\u202E\\u2028b\": 1\n"),
        ":5: a [2J b: unknown key; valid here: ablation, data, model, name, schemaVersion, spectra, task, training");
  }

  @Test
  void refusesManyKeysWithinALongOne() throws IOException {
    refuses(
        "? "
            + "x".repeat(500_000)
            + "\n: "
            + IntStream.range(0, 40_000)
                .mapToObj(i -> "k" + i + ": 1")
                .collect(Collectors.joining(", ", "{", "}")),
        "…' has more than 100 characters; no field's name is that long");
  }

  @Test
  void refusesKeysThatAreNoText() throws IOException {
    refuses("? [a]\n: 1\n", ":1: not valid YAML: Expected a field name (Scalar value in YAML)");
  }

  @Test
  void refusesLongExpressions() throws IOException {
    String problem = "…'; use at most 150 characters";
    refuses(with("model: {scheme: " + "rope+".repeat(50_000) + "rope}\n"), problem);
    refuses(with("model: {scheme: rope, attention: " + "x".repeat(201) + "}\n"), problem);
    refuses(with("model: {scheme: rope, dropoutAt: " + "inner+".repeat(40) + "inner}\n"), problem);
  }

  @Test
  void refusesDuplicateKeys() throws IOException {
    refuses(SMALLEST + "name: y\n", ":5: name: written twice; keep one");
    refuses(
        with("data:\n  train: 1\n  test: 1\n  train: 1\n"),
        ":8: data.train: written twice; keep one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schemaVersion | schemaVersion: missing; write schemaVersion: 1",
        "name          | name: missing; name the experiment, for instance name: quickstart",
        "task          | task: missing; write task: {name: …}",
        "model         | model: missing; write model: {scheme: …}"
      })
  void namesWhatIsMissing(String section, String message) throws IOException {
    String rest =
        SMALLEST.lines().filter(l -> !l.startsWith(section)).collect(Collectors.joining("\n"));
    refuses(rest, ": " + message);
  }

  @Test
  void namesWhatIsMissingInside() throws IOException {
    refuses(with("task: {gap: 1}\n"), ":4: task.name: missing; name a task, for instance distance");
    refuses(
        with("model: {width: 64}\n"),
        ":4: model.scheme: missing; name a positional encoding, for instance rope");
  }

  @Test
  void refusesAnotherVersionBeforeItsKeys() throws IOException {
    refuses(
        with("schemaVersion: 2\nbananas: 1\n"),
        ":4: schemaVersion: found 2; this program reads version 1");
  }

  // Values

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model: {scheme: rope, width: \"64\"}| model.width: expected a whole number below 2^31, found the text '64'",
        "model: {scheme: rope, width: 64.5}| model.width: expected a whole number below 2^31, found the number '64.5'",
        "model: {scheme: rope, width: 64.0}| model.width: expected a whole number below 2^31, found the number '64.0'",
        "model: {scheme: rope, width: true}| model.width: expected a whole number below 2^31, found true",
        "model: {scheme: rope, width: {a: 1}}| model.width: expected a whole number below 2^31, found a mapping",
        "model: {scheme: rope, width: 5000000000}| model.width: expected a whole number below 2^31, found the number '5000000000'",
        "training: {seed: 99999999999999999999}| training.seed: expected a whole number below 2^63, found the number '99999999999999999999'",
        "training: {seed: 1e3}| training.seed: expected a whole number below 2^63, found the number '1000.0'",
        "model: {scheme: true}| model.scheme: expected text, found true",
        "model: {scheme: 1}| model.scheme: expected text, found the number '1'",
        "model: {scheme: 1.5}| model.scheme: expected text, found the number '1.5'",
        "model: {scheme: rope, causal: 1}| model.causal: expected true or false, found the number '1'",
        "model: {scheme: rope, causal: 'true'}| model.causal: expected true or false, found the text 'true'",
        "model: {scheme: rope, causal: yes}| model.causal: expected true or false, found the text 'yes'",
        "model: {scheme: rope, dropout: '0.1'}| model.dropout: expected a finite number, found the text '0.1'",
        "model: {scheme: rope, dropout: false}| model.dropout: expected a finite number, found false",
        "model: {scheme: rope, dropout: NaN}| model.dropout: expected a finite number, found the text 'NaN'",
        "model: {scheme: rope, dropout: .nan}| model.dropout: not a finite number: '.nan'",
        "model: {scheme: rope, dropout: .inf}| model.dropout: not a finite number: '.inf'",
        "model: {scheme: rope, dropout: 1e999}| model.dropout: not a finite number: '1e999'",
        "model: rope| model: expected a mapping (key: value), found the text 'rope'",
        "task: toy| task: expected a mapping (key: value), found the text 'toy'",
        "task: {name: 1}| task.name: expected text, found the number '1'",
        "task: {name: toy, gap: '1'}| task.gap: expected a whole number below 2^31, found the text '1'",
        "task: {name: toy, alphabet: 5}| task.alphabet: expected text, found the number '5'",
        "ablation: {mode: 0}| ablation.mode: expected one of mean, zero, resample, as-released, found the number '0'",
        "ablation: {mode: ''}| ablation.mode: unknown value ''; valid here: mean, zero, resample, as-released",
        "model: {scheme: rope, width: }| model.width: no value; give one, or leave the key out to get its default",
        "model: {scheme: rope, width: null}| model.width: no value; give one, or leave the key out to get its default",
        "name: 5| name: expected text, found the number '5'",
        "schemaVersion: '1'| schemaVersion: expected a whole number below 2^31, found the text '1'"
      })
  void refusesValuesOfAnotherType(String line, String message) throws IOException {
    refuses(with(line + "\n"), ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data: {train: 0}| data.train: found 0; choose a whole number from 1 to 100000000",
        "model: {scheme: rope, heads: -1}| model.heads: found -1; choose a whole number from 1 to 65536",
        "model: {scheme: rope, dropout: 1}| model.dropout: found 1.0; choose a number from 0 to below 1",
        "model: {scheme: rope, logitScale: 0}| model.logitScale: found 0.0; choose a number above 0",
        "model: {scheme: rope, logitScale: -1}| model.logitScale: found -1.0; choose a number above 0",
        "training: {learningRate: 11}| training.learningRate: found 11.0; choose a number above 0 up to 10",
        "training: {learningRate: 0}| training.learningRate: found 0.0; choose a number above 0 up to 10",
        "training: {weightDecay: -0.1}| training.weightDecay: found -0.1; choose a number from 0 to 1",
        "training: {seed: -1}| training.seed: found -1; choose a whole number from 0",
        "task: {name: toy, gap: 0}| task.gap: found 0; choose at least 1",
        "name: ../x| name: found '../x'; use 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit"
      })
  void refusesValuesOutOfRange(String line, String message) throws IOException {
    refuses(with(line + "\n"), ": " + message);
  }

  @Test
  void refusesMoreUpdatesThanCanBeCounted() throws IOException {
    refuses(
        with("data: {train: 100000000}\ntraining: {batch: 1, epochs: 22}\n"),
        ": training.epochs: found 22; with 100000000 updates an epoch, choose at most 21");
    read(with("data: {train: 100000000}\ntraining: {batch: 1, epochs: 21}\n"));
  }

  // Files

  @Test
  void refusesWhatIsNoFile() {
    Path missing = directory.resolve("missing.yaml");
    assertThatThrownBy(() -> reader.read(missing))
        .isInstanceOf(ConfigException.class)
        .hasMessage(missing + ": no such file; check the path");
    assertThatThrownBy(() -> reader.read(directory))
        .isInstanceOf(ConfigException.class)
        .hasMessage(directory + ": is a directory; name a YAML file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   \n\n", "# only a comment\n", "---\n"})
  void refusesAnEmptyFile(String yaml) throws IOException {
    refuses(yaml, ": empty; see configs/quickstart.yaml for what a config looks like");
  }

  @Test
  void refusesWhatIsNoMapping() throws IOException {
    refuses("hello", ": expected a mapping (key: value), found the text 'hello'");
    refuses("- 1\n- 2\n", ": expected a mapping (key: value), found a list");
  }

  @Test
  void refusesWhatIsNotYaml() throws IOException {
    refuses("a: [1, 2\nb: 3\n", ":2: not valid YAML: expected ',' or ']', but got :");
    refuses("a: 'open\n", "found unexpected end of stream");
    refuses(
        "\tname: x\n",
        "found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)");
  }

  @Test
  void refusesSeveralDocuments() throws IOException {
    refuses(SMALLEST + "---\n" + SMALLEST, ": a second YAML document; a config is a single one");
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    refuses(
        with("name: é\n").getBytes(StandardCharsets.ISO_8859_1),
        ": not UTF-8 text; save it as UTF-8");
  }

  @Test
  void refusesBinaryGarbage() throws IOException {
    Random random = new Random(1);
    for (int size : new int[] {1, 2, 3, 100, 10_000, 1_000_000}) {
      byte[] bytes = new byte[size];
      for (int i = 0; i < 5; i++) {
        random.nextBytes(bytes);
        refuses(bytes, "");
        for (int b = 0; b < size; b++) {
          bytes[b] &= 0x7f;
        }
        refuses(bytes, "");
      }
    }
    refuses(new byte[1000], "");
  }

  @Test
  void refusesALargeFile() throws IOException {
    refuses(SMALLEST + "#".repeat(1 << 20), ": larger than 1 MB; a config is a few lines of YAML");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "[{a: ", "a:\n- "})
  void refusesDeepNesting(String opening) throws IOException {
    refuses("a: " + opening.repeat(150_000), "");
    refuses(opening.repeat(150_000), "");
  }

  @Test
  void refusesAliases() throws IOException {
    String problem = "anchors (&) and aliases (*) are not read; write the value out";
    refuses(with("data: &d {train: 1}\ntraining: *d\n"), ":5: data: " + problem);
    refuses(with("data: {train: *w}\n"), ":5: data.train: " + problem);
    refuses("&a [*a, *a]\n", ":1: " + problem);
    refuses("a: &a\n  b: *a\n", ": a: " + problem);
    refuses("*a : 1\n", "");
    refuses("&a x: 1\n", problem);
    StringBuilder bomb = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (char c = 'b'; c <= 'z'; c++) {
      bomb.append("%c: &%c [*%3$c, *%3$c, *%3$c, *%3$c, *%3$c]\n".formatted(c, c, c - 1));
    }
    refuses(bomb.toString(), ":1: a: " + problem);
  }

  @Test
  void refusesTags() throws IOException {
    String problem = "tags (!) are not read; write the value alone";
    refuses("a: !!javax.script.ScriptEngineManager [x]\n", ":1: a: " + problem);
    refuses(with("data: {train: !!int '5'}\n"), ":5: data.train: " + problem);
    refuses(with("data: {train: !!binary aGVsbG8=}\n"), ":5: data.train: " + problem);
  }

  @Test
  void refusesNumbersOfManyDigits() throws IOException {
    String problem = ": a number of more than 100 digits; shorten it";
    refuses(with("data: {train: " + "9".repeat(101) + "}\n"), ":5: data.train" + problem);
    refuses(
        with("model: {scheme: rope, dropout: 0." + "9".repeat(101) + "}\n"),
        ":4: model.dropout" + problem);
    // YAML takes one that long for text.
    refuses(with("data: {train: " + "9".repeat(500_000) + "}\n"), "…'");
  }
}
