/**
 * Fast attention measured beside exact attention: {@code pe fast-rope}. Heads are drawn at random;
 * nothing here knows of runs.
 */
package io.github.pelab.cli.fast;
