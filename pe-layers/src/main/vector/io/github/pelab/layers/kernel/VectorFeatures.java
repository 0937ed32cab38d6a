package io.github.pelab.layers.kernel;

import io.github.pelab.layers.kernel.Monomials.Run;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of monomials in vectors, in single precision. Where the sums are made monomials run along
 * the lanes, where they are taken rows do, so that both are {@linkplain VectorTile tiles};
 * monomials are made a stretch at a time, {@link Monomials} says of which.
 */
public final class VectorFeatures implements FeatureKernel {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int L = LANES.length();

  /** Rows, or monomials, of a tile. */
  private static final int WIDTH = VectorTile.WIDTH;

  private static final int ROWS = VectorTile.ROWS;

  /** Monomials of the highest degree that are held at a time: with a tile's rows 64 KiB. */
  private static final int STRETCH = 256;

  /** Numbers of monomials of several rows that are held at a time. */
  private static final int HELD = 1 << 17;

  @Override
  public double roundoff() {
    return SINGLE;
  }

  @Override
  public Sums sums(Monomials monomials, double[] weights, int columns) {
    return new SingleSums(monomials, weights, columns);
  }

  @Override
  public Triangle triangle(double[] coefficients, int variables, int columns, int most) {
    return new VectorTriangle(coefficients, variables, columns, most);
  }

  private static final class SingleSums implements Sums {
    private final Monomials monomials;
    private final Run[] runs;
    private final int count;
    private final int below;
    private final int columns;

    /** Of a column's sums, {@code [C][M]}: a tile may read on a little. */
    private final int stride;

    private final float[] weights;
    private final float[] sums;

    /** What rounding has taken from each sum: it may be one of a great many numbers. */
    private final float[] lost;

    private final float[] tile = new float[ROWS * WIDTH];

    // Monomials along the lanes.
    private final int heldRows;
    private final float[] row;
    private final float[] panels;
    private final float[] factors;

    // Rows along the lanes: of each variable, column or monomial WIDTH numbers.
    private final float[] variables;
    private final float[] values;
    private final float[] lower;
    private final float[] stretch;
    private float[] lowerSlopes;
    private final float[] slopes;

    SingleSums(Monomials monomials, double[] weights, int columns) {
      this.monomials = monomials;
      this.columns = columns;
      runs = monomials.runs().toArray(Run[]::new);
      count = monomials.count();
      below = monomials.below();
      stride = VectorTile.padded(count + ROWS, WIDTH);
      this.weights = new float[stride];
      for (int m = 0; m < count; m++) {
        this.weights[m] = (float) weights[m];
      }
      sums = new float[VectorTile.padded(columns, ROWS) * stride];
      lost = new float[sums.length];
      heldRows = Math.max(8, Math.min(WIDTH, HELD / stride));
      row = new float[stride + L];
      panels = new float[heldRows * stride];
      factors = new float[heldRows * VectorTile.padded(columns, ROWS)];
      variables = new float[monomials.variables() * WIDTH];
      values = new float[VectorTile.padded(columns, ROWS) * WIDTH];
      lower = new float[below * WIDTH];
      stretch = new float[STRETCH * WIDTH];
      slopes = new float[VectorTile.padded(STRETCH, ROWS) * WIDTH];
    }

    @Override
    public void clear() {
      Arrays.fill(sums, 0);
      Arrays.fill(lost, 0);
    }

    @Override
    public void add(Rows<double[]> x, Rows<double[]> y, int rows) {
      int width = VectorTile.padded(columns, ROWS);
      for (int first = 0; first < rows; first += heldRows) {
        int held = Math.min(heldRows, rows - first);
        for (int r = 0; r < held; r++) {
          features(x, first + r);
          for (int m = 0; m < stride; m += WIDTH) {
            int panel = m * held + r * WIDTH;
            for (int lane = 0; lane < WIDTH; lane += L) {
              FloatVector.fromArray(LANES, row, m + lane)
                  .mul(FloatVector.fromArray(LANES, weights, m + lane))
                  .intoArray(panels, panel + lane);
            }
          }
          int at = y.offset() + (first + r) * y.stride();
          for (int c = 0; c < columns; c++) {
            factors[r * width + c] = (float) y.data()[at + c];
          }
        }
        for (int m = 0; m < count; m += WIDTH) {
          for (int c = 0; c < columns; c += ROWS) {
            VectorTile.multiply(factors, c, 1, width, held, panels, m * held, tile, 0, WIDTH);
            addTile(c * stride + m);
          }
        }
      }
    }

    /** Adds the tile to sums from place {@code at} on, and what they have lost (Kahan 1965). */
    private void addTile(int at) {
      for (int r = 0; r < ROWS; r++) {
        for (int lane = 0; lane < WIDTH; lane += L) {
          int to = at + r * stride + lane;
          FloatVector sum = FloatVector.fromArray(LANES, sums, to);
          FloatVector more =
              FloatVector.fromArray(LANES, tile, r * WIDTH + lane)
                  .sub(FloatVector.fromArray(LANES, lost, to));
          FloatVector grown = sum.add(more);
          grown.sub(sum).sub(more).intoArray(lost, to);
          grown.intoArray(sums, to);
        }
      }
    }

    /** Of one row, {@code [M]}, and zeros behind them. */
    private void features(Rows<double[]> x, int r) {
      row[0] = 1;
      int at = x.offset() + r * x.stride();
      for (Run run : runs) {
        float factor = (float) x.data()[at + run.variable()];
        if (run.count() == 1) { // not in vectors, which would wait for those just written
          row[run.child()] = factor * row[run.parent()];
          continue;
        }
        // What is written behind the run is written over by the next one.
        for (int k = 0; k < run.count(); k += L) {
          FloatVector.fromArray(LANES, row, run.parent() + k)
              .mul(factor)
              .intoArray(row, run.child() + k);
        }
      }
      Arrays.fill(row, count, row.length, 0);
    }

    @Override
    public void times(Rows<double[]> x, int rows, Rows<double[]> to) {
      for (int first = 0; first < rows; first += WIDTH) {
        int inBlock = Math.min(WIDTH, rows - first);
        VectorTile.lanes(x, first, inBlock, monomials.variables(), variables);
        lower();
        Arrays.fill(values, 0);
        addProducts(0, below, lower);
        for (int m = below; m < count; m += STRETCH) {
          int several = Math.min(STRETCH, count - m);
          highest(m, several);
          addProducts(m, several, stretch);
        }
        for (int r = 0; r < inBlock; r++) {
          int at = to.offset() + (first + r) * to.stride();
          for (int c = 0; c < columns; c++) {
            to.data()[at + c] = values[c * WIDTH + r];
          }
        }
      }
    }

    /** values ← values + sums · features, for monomials {@code [m, m + several)}. */
    private void addProducts(int m, int several, float[] features) {
      for (int c = 0; c < columns; c += ROWS) {
        VectorTile.multiply(sums, c * stride + m, stride, 1, several, features, 0, tile, 0, WIDTH);
        VectorTile.add(tile, values, c * WIDTH, WIDTH);
      }
    }

    /** The monomials below the highest degree, of the rows in {@link #variables}. */
    private void lower() {
      Arrays.fill(lower, 0, WIDTH, 1);
      for (Run run : runs) {
        if (run.degree() < monomials.degree()) {
          times(run, 0, run.count(), lower, run.child());
        }
      }
    }

    /** Those of the highest degree {@code [m, m + several)}, into {@link #stretch}. */
    private void highest(int m, int several) {
      eachPart(
          m, several, (run, from, to) -> times(run, from, to, stretch, run.child() + from - m));
    }

    /** Some of a run's monomials. */
    @FunctionalInterface
    private interface Part {
      void of(Run run, int from, int to);
    }

    /** The parts of runs that make up the highest degree's monomials {@code [m, m + several)}. */
    private void eachPart(int m, int several, Part part) {
      for (int r = runs.length - monomials.variables(); r < runs.length; r++) {
        Run run = runs[r];
        int from = Math.max(0, m - run.child());
        int to = Math.min(run.count(), m + several - run.child());
        if (from < to) {
          part.of(run, from, to);
        }
      }
    }

    /** Monomials {@code [from, to)} of a run, into place {@code at}. */
    private void times(Run run, int from, int to, float[] into, int at) {
      for (int lane = 0; lane < WIDTH; lane += L) {
        FloatVector factor = FloatVector.fromArray(LANES, variables, run.variable() * WIDTH + lane);
        int parent = (run.parent() + from) * WIDTH + lane;
        int child = at * WIDTH + lane;
        for (int k = from; k < to; k++, parent += WIDTH, child += WIDTH) {
          FloatVector.fromArray(LANES, lower, parent).mul(factor).intoArray(into, child);
        }
      }
    }

    @Override
    public void slope(Rows<double[]> x, Rows<double[]> y, int rows, Rows<double[]> to) {
      if (lowerSlopes == null) {
        lowerSlopes = new float[VectorTile.padded(below, ROWS) * WIDTH];
      }
      float[] gradient = new float[variables.length];
      for (int first = 0; first < rows; first += WIDTH) {
        int inBlock = Math.min(WIDTH, rows - first);
        VectorTile.lanes(x, first, inBlock, monomials.variables(), variables);
        VectorTile.lanes(y, first, inBlock, columns, values);
        lower();
        Arrays.fill(gradient, 0);
        slopes(0, below, lowerSlopes);
        for (int m = below; m < count; m += STRETCH) {
          int from = m;
          int several = Math.min(STRETCH, count - m);
          slopes(m, several, slopes);
          eachPart(
              m,
              several,
              (run, k, end) -> back(run, k, end, slopes, run.child() + k - from, gradient));
        }
        for (int r = runs.length - monomials.variables() - 1; r >= 0; r--) {
          Run run = runs[r];
          back(run, 0, run.count(), lowerSlopes, run.child(), gradient);
        }
        for (int r = 0; r < inBlock; r++) {
          int at = to.offset() + (first + r) * to.stride();
          for (int v = 0; v < monomials.variables(); v++) {
            to.data()[at + v] = gradient[v * WIDTH + r];
          }
        }
      }
    }

    /** sumsᵀ · values, for monomials {@code [m, m + several)}: what each is worth to the rows. */
    private void slopes(int m, int several, float[] into) {
      for (int k = 0; k < several; k += ROWS) {
        VectorTile.multiply(sums, m + k, 1, stride, columns, values, 0, into, k * WIDTH, WIDTH);
      }
    }

    /** Hands what a run's monomials are worth, at {@code at}, on to what they are made of. */
    private void back(Run run, int from, int to, float[] worth, int at, float[] gradient) {
      for (int lane = 0; lane < WIDTH; lane += L) {
        int variable = run.variable() * WIDTH + lane;
        FloatVector factor = FloatVector.fromArray(LANES, variables, variable);
        FloatVector sum = FloatVector.fromArray(LANES, gradient, variable);
        int parent = (run.parent() + from) * WIDTH + lane;
        int child = at * WIDTH + lane;
        for (int k = from; k < to; k++, parent += WIDTH, child += WIDTH) {
          FloatVector of = FloatVector.fromArray(LANES, worth, child);
          sum = of.fma(FloatVector.fromArray(LANES, lower, parent), sum);
          of.fma(factor, FloatVector.fromArray(LANES, lowerSlopes, parent))
              .intoArray(lowerSlopes, parent);
        }
        sum.intoArray(gradient, variable);
      }
    }
  }
}
