package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens the page as a reader would, with no network. */
@Tag("slow")
class ReportInBrowserTest {
  private static final String NO_BROWSER = "neither chromium nor google-chrome is on the PATH";
  private static final int NARROW = 390;
  private static final int WIDE = 1600;

  /**
   * Ceilings, validation, gap, length, a heat map, a panel of drops, shares, random subspaces,
   * pairs; attention by lag in two layers, by class, contributions; formation in two layers.
   */
  private static final int OF_TWO_LAYERS = 9 + 4 + 2;

  /** Without what not every version recorded. */
  private static final int OF_PLAIN = 7;

  /**
   * Contraction, singular values, eigenvalues, heads by step in two layers, correlations and their
   * seeds, lead of a gradient and what it foretells, a kernel and its symbol.
   */
  private static final int OF_SPECTRA = 12;

  /** Waits for every chart's first drawing, or five seconds. */
  private static final String DRAWN =
      """
      new Promise(resolve => {
        const since = Date.now();
        const look = () => {
          const charts = [...document.querySelectorAll('.chart')];
          const ready = document.readyState === 'complete' && charts.every(chart => chart.dataset.drawn);
          if (ready || Date.now() - since > 5000) resolve(charts.length); else setTimeout(look, 50);
        };
        look();
      })
      """;

  /** The charts, and what of their text is cut off or hard to read. */
  private static final String CHARTS =
      """
      (() => {
        const luminance = colour => {
          const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(value => value / 255)
            .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        return [...document.querySelectorAll('.chart')].map(chart => {
          const box = chart.getBoundingClientRect();
          const paper = luminance(getComputedStyle(chart.closest('figure')).backgroundColor);
          const texts = [...chart.querySelectorAll('text')];
          // Numbers in a heat map lie on cells of any colour.
          const plain = chart.closest('figure').id.startsWith('heads-') ? [] : texts;
          return {
            name: chart.closest('figure').id,
            texts: texts.length,
            cut: texts.filter(text => {
              const at = text.getBoundingClientRect();
              return at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 || at.bottom > box.bottom + 1;
            }).map(text => text.textContent),
            faint: plain.filter(text => contrast(luminance(getComputedStyle(text).fill), paper) < 4.5)
              .map(text => text.textContent),
          };
        });
      })()
      """;

  /** Keeps what links offer: the page's policy lets no script follow them. */
  private static final String KEEP_OFFERS =
      """
      window.offers = new Map();
      const offer = URL.createObjectURL;
      URL.createObjectURL = blob => {
        const url = offer.call(URL, blob);
        window.offers.set(url, blob);
        return url;
      };
      """;

  /** Each figure's name, the name of the file that its link offers, and what that holds. */
  private static final String OFFERED =
      """
      Promise.all([...document.querySelectorAll('figure')].map(async figure => {
        const link = figure.querySelector('a[download]');
        const data = JSON.parse(await window.offers.get(link.href).text());
        return {name: figure.id, file: link.download, title: figure.querySelector('h3').textContent, data};
      }))
      """;

  /** Where the visible part of a chart is in the window, once it has been scrolled to. */
  private static final String INTO_VIEW =
      """
      (() => {
        const chart = document.querySelector('#%s .chart');
        chart.scrollIntoView({block: 'center', behavior: 'instant'});
        const {left, top, right, bottom} = chart.getBoundingClientRect();
        return {left, top: Math.max(0, top), right, bottom: Math.min(innerHeight, bottom)};
      })()
      """;

  @TempDir private static Path directory;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Browser.program();
    if (program.isPresent()) {
      browser = new Browser(program.get(), directory.resolve("profile"));
      browser.before(KEEP_OFFERS);
    } else {
      // Surefire counts what is skipped, but keeps the reason to its files.
      System.err.println("ReportInBrowserTest is skipped: " + NO_BROWSER);
    }
  }

  @BeforeEach
  void needsABrowser() {
    Assumptions.assumeTrue(browser != null, NO_BROWSER);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest
  @CsvSource({NARROW + ",light", NARROW + ",dark", WIDE + ",light", WIDE + ",dark"})
  void everyChartDraws(int width, String scheme) throws IOException {
    List<ReportRun> runs = new ArrayList<>(FixtureRuns.finished());
    runs.add(FixtureRuns.begun());
    assertThat(open(runs, width, scheme)).isEqualTo(OF_TWO_LAYERS);
    assertThat(complaints(width, scheme)).isEmpty();
    assertThat(text())
        .contains("No test accuracy yet for alibi", "Not ablated yet: nope, alibi")
        .contains("What heads do is not recorded in nope, alibi")
        .contains("Heads were not ablated during training in nope, alibi");
  }

  @Test
  void everyFigureOffersItsNumbers() throws IOException {
    open(FixtureRuns.finished(), WIDE, "light");
    JsonNode offered = evaluate(OFFERED);
    assertThat(offered)
        .hasSize(OF_TWO_LAYERS)
        .allSatisfy(
            each -> {
              assertThat(each.get("file").asText()).isEqualTo(each.get("name").asText() + ".json");
              assertThat(each.get("data")).isNotEmpty();
            });
    String run = "rope(base=10000) · seed 1";
    assertThat(offered("top-share").at("/0/runs"))
        .hasSize(2)
        .anySatisfy(each -> assertThat(each.at("/shareInterval/lower").asDouble()).isEqualTo(0.81));
    JsonNode lags = offered("attention-by-lag-0");
    assertThat(lags.get("run").asText()).isEqualTo(run);
    assertThat(lags.at("/heads/0/weights")).hasSize(31);
    assertThat(lags.at("/heads/0/topHead").asBoolean()).isTrue();
    assertThat(lags.at("/heads/1/topHead").asBoolean()).isFalse();
    JsonNode classes = offered("heads-by-class");
    assertThat(List.of(classes.get("layer").asInt(), classes.get("head").asInt()))
        .as("the top head of the layer where it counts most")
        .containsExactly(0, 0);
    assertThat(classes.at("/cells/0/key").asText()).isEqualTo("trigger 1");
    assertThat(classes.at("/cells/0/weight").asDouble()).isEqualTo(0.9);
    assertThat(offered("controls").at("/controls/0/randomAccuracyDrops")).hasSize(4);
    assertThat(offered("pairs").at("/pairs")).hasSize(2);
    assertThat(offered("contributions").at("/heads")).hasSize(8);
    assertThat(offered("formation-0").at("/epochs"))
        .extracting(epoch -> epoch.get("verdict").asText())
        .containsExactly("NOT_LEARNED", "SPREAD", "DEPOSIT", "DEPOSIT", "DEPOSIT");
  }

  @Test
  void spectraAreDrawn() throws IOException {
    ReportData data =
        ReportData.of(FixtureRuns.watched(), FixtureRuns.random(), FixtureRuns.kernels());
    assertThat(open(data, NARROW, "dark")).isEqualTo(OF_PLAIN + OF_SPECTRA);
    assertThat(complaints(NARROW, "dark")).isEmpty();
    assertThat(offered("contraction")).hasSize(3 + 2);
    assertThat(offered("heads-by-step-1").at("/steps/0/heads/3/ratio").isNull()).isTrue();
    assertThat(offered("gradient-foretells").at("/foretold/0/hits").asInt()).isEqualTo(5);
    assertThat(offered("random-heads").at("/0/measure").asText()).isEqualTo("ENTROPY_RANK");
    choose("#spectra select", 1);
    assertThat(offered("random-heads").at("/0/measure").asText()).isEqualTo("STABLE_RANK");
    choose("#spectra .choice:has(+ .room #heads-by-step-0) select", 1);
    assertThat(offered("heads-by-step-0").get("run").asText()).isEqualTo("rope · seed 2");
    assertThat(browser.logged()).isEmpty();
  }

  @Test
  void scalesAreHeldAgainstTheirNormsAtTheStart() throws IOException {
    open(ReportData.of(FixtureRuns.rescaled()), NARROW, "dark");
    assertThat(complaints(NARROW, "dark")).isEmpty();
    assertThat(offered("convergence").at("/labels")).hasSize(3);
    assertThat(offered("convergence").at("/trends/0/rho/values").asInt()).isEqualTo(5);
    assertThat(browser.logged()).isEmpty();
  }

  @Test
  void aPageOfRandomHeadsHasNothingElse() throws IOException {
    ReportData data = ReportData.of(List.of(), FixtureRuns.random(), FixtureRuns.kernels());
    assertThat(open(data, WIDE, "light")).isEqualTo(4);
    assertThat(complaints(WIDE, "light")).isEmpty();
    assertThat(evaluate("document.querySelectorAll('main > section').length").asInt()).isEqualTo(2);
    assertThat(evaluate("document.title").asText()).isEqualTo("Random heads · PE Lab");
  }

  private static JsonNode offered(String name) {
    for (JsonNode each : evaluate(OFFERED)) {
      if (each.get("name").asText().equals(name)) {
        return each.get("data");
      }
    }
    throw new AssertionError("no figure " + name);
  }

  @Test
  void anotherRunAndAnotherHeadCanBeChosen() throws IOException {
    open(FixtureRuns.finished(), WIDE, "light");
    choose("#heads select", 1);
    assertThat(offered("attention-by-lag-1").get("run").asText())
        .isEqualTo("rope(base=10000) · seed 2");
    assertThat(offered("formation-0").get("run").asText()).endsWith("seed 1");
    choose("#formation select", 1);
    assertThat(offered("formation-0").get("run").asText()).endsWith("seed 2");
    choose("#heads div .choice select", 5);
    JsonNode classes = offered("heads-by-class");
    assertThat(List.of(classes.get("layer").asInt(), classes.get("head").asInt()))
        .containsExactly(1, 1);
    assertThat(evaluate(OFFERED)).hasSize(OF_TWO_LAYERS);
    assertThat(complaints(WIDE, "light")).isEmpty();
    browser.resize(NARROW);
    settle();
    assertThat(complaints(NARROW, "light")).isEmpty();
  }

  private static void choose(String select, int option) {
    evaluate(
        """
        (() => {
          const select = document.querySelector("%s");
          select.selectedIndex = %d;
          select.dispatchEvent(new Event('change'));
        })()
        """
            .formatted(select, option));
    settle();
  }

  /** As of versions that did not record it. */
  @Test
  void whatWasNotRecordedIsSaidSo() throws IOException {
    List<ReportRun> old = FixtureRuns.finished().stream().map(FixtureRuns::plain).toList();
    assertThat(open(old, NARROW, "light")).isEqualTo(OF_PLAIN);
    assertThat(complaints(NARROW, "light")).isEmpty();
    assertThat(text())
        .contains("Not recorded in rope(base=10000) · seed 1, rope(base=10000) · seed 2: ablation.")
        .contains("What heads do is not recorded in rope(base=10000) · seed 1")
        .contains("Heads were not ablated during training in rope(base=10000) · seed 1");
  }

  @ParameterizedTest
  @CsvSource({NARROW + ",dark", WIDE + ",light"})
  void sixtyRunsAreReadable(int width, String scheme) throws IOException {
    // As of one configuration, and a heat map and a panel of drops for each of the others.
    assertThat(open(FixtureRuns.sweep(), width, scheme)).isEqualTo(OF_TWO_LAYERS + 19 + 19);
    assertThat(complaints(width, scheme)).isEmpty();
    assertThat(
            evaluate(
                    "new Set([...document.querySelectorAll('#learning .legend .mark')].map(mark => mark.outerHTML)).size")
                .asInt())
        .as("labels that look different")
        .isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void anOpenPageFollowsTheScheme(String scheme) throws IOException {
    open(FixtureRuns.finished(), WIDE, scheme.equals("dark") ? "light" : "dark");
    browser.prefer(scheme);
    settle();
    assertThat(complaints(WIDE, scheme)).isEmpty();
  }

  @Test
  void anOpenPageFollowsTheWindow() throws IOException {
    open(FixtureRuns.finished(), WIDE, "light");
    browser.resize(NARROW);
    settle();
    assertThat(complaints(NARROW, "light")).isEmpty();
  }

  @Test
  void aRunThatHasJustBegunIsSaidToHave() throws IOException {
    open(List.of(FixtureRuns.begun()), WIDE, "light");
    // Nothing but chance and ceilings, which are grey.
    assertThat(complaints(WIDE, "light")).containsExactly("accuracy-and-ceilings-1 shows no data");
    assertThat(text())
        .contains("No epoch has ended yet in alibi", "Nothing to show yet", "Not ablated yet");
  }

  @Test
  void aHostileNameIsShownAndDoesNothing() throws IOException {
    open(List.of(FixtureRuns.hostile()), NARROW, "light");
    assertThat(complaints(NARROW, "light")).isEmpty();
    assertThat(text()).contains("</script><script>document.title='broken'");
    assertThat(evaluate("document.title").asText()).isNotEqualTo("broken");
    assertThat(evaluate("document.images.length").asInt()).isZero();
  }

  /** What would pass unseen if the checks looked away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "console.error('planted') | planted",
        "console.warn('planted') | planted",
        "setTimeout(() => { throw new Error('planted') }) | planted",
        "Promise.reject(new Error('planted')) && 0 | planted",
        "document.body.append(Object.assign(new Image(), {src: 'https://example.org/a.png'})) | Content Security Policy",
        "document.querySelector('h1').style.width = '2000px' | wider than the window",
        "echarts.getInstanceByDom(document.querySelector('#learning .chart')).setOption({series: []}, {replaceMerge: ['series']}) | validation-accuracy shows no data",
        "echarts.getInstanceByDom(document.querySelector('#learning .chart')).clear() | validation-accuracy shows no data",
        "document.querySelector('#learning text').style.fill = '#cccccc' | validation-accuracy has faint text",
        "document.querySelector('#learning text').setAttribute('transform', 'translate(-99 0)') | validation-accuracy cuts text",
        "document.documentElement.style.setProperty('--paper', '#222222') | not light"
      })
  void aPlantedFaultIsFound(String script, String complaint) throws IOException {
    open(FixtureRuns.finished().stream().map(FixtureRuns::plain).toList(), NARROW, "light");
    assertThat(complaints(NARROW, "light")).as("before").isEmpty();
    evaluate(script + "; 0");
    settle();
    assertThat(complaints(NARROW, "light"))
        .anySatisfy(found -> assertThat(found).contains(complaint));
  }

  /** How many charts the page of these runs has. */
  private static int open(List<ReportRun> runs, int width, String scheme) throws IOException {
    return open(ReportData.of(runs), width, scheme);
  }

  private static int open(ReportData data, int width, String scheme) throws IOException {
    Path page = Files.createTempFile(directory, "report", ".html");
    ReportPage.write(data, page);
    browser.open(page, width, scheme);
    return evaluate(DRAWN).asInt();
  }

  /** Everything that is wrong with the open page. */
  private static List<String> complaints(int width, String scheme) throws IOException {
    List<String> complaints = new ArrayList<>(browser.logged());
    JsonNode page =
        evaluate(
            """
        ({
          error: document.documentElement.dataset.error || '',
          figures: Number(document.documentElement.dataset.figures),
          inner: innerWidth,
          content: document.documentElement.scrollWidth,
          dark: matchMedia('(prefers-color-scheme: dark)').matches,
          paper: Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g)),
        })
        """);
    if (!page.get("error").asText().isEmpty()) {
      complaints.add(page.get("error").asText());
    }
    if (page.get("inner").asInt() != width || page.get("content").asInt() > width) {
      complaints.add("wider than the window: " + page);
    }
    boolean dark = scheme.equals("dark");
    if (page.get("dark").asBoolean() != dark || page.get("paper").asInt() < 64 != dark) {
      complaints.add("not " + scheme + ": " + page);
    }
    JsonNode charts = evaluate(CHARTS);
    if (page.get("figures").asInt() != charts.size()) {
      complaints.add("charts are missing: " + page);
    }
    for (JsonNode chart : charts) {
      String name = chart.get("name").asText();
      if (chart.get("texts").asInt() == 0 || colourful(name) < 50) {
        complaints.add(name + " shows no data");
      }
      if (!chart.get("cut").isEmpty()) {
        complaints.add(name + " cuts text: " + chart.get("cut"));
      }
      if (!chart.get("faint").isEmpty()) {
        complaints.add(name + " has faint text: " + chart.get("faint"));
      }
    }
    return complaints;
  }

  /**
   * How many of a chart's pixels are of data's colours: paper, axes and text are shades of grey, or
   * nearly so.
   */
  private static long colourful(String name) throws IOException {
    JsonNode box = evaluate(INTO_VIEW.formatted(name));
    BufferedImage pixels = browser.pixels();
    long count = 0;
    for (int y = box.get("top").asInt(); y < box.get("bottom").asInt(); y++) {
      for (int x = box.get("left").asInt(); x < box.get("right").asInt(); x++) {
        Color colour = new Color(pixels.getRGB(x, y));
        IntSummaryStatistics channels =
            IntStream.of(colour.getRed(), colour.getGreen(), colour.getBlue()).summaryStatistics();
        if (channels.getMax() - channels.getMin() > 60) {
          count++;
        }
      }
    }
    return count;
  }

  /** Lets the page answer to a change. */
  private static void settle() {
    evaluate("new Promise(resolve => setTimeout(resolve, 400))");
  }

  private static String text() {
    return evaluate("document.body.textContent").asText();
  }

  private static JsonNode evaluate(String script) {
    return browser.evaluate(script);
  }
}
