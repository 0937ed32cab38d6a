/**
 * From a config to a trained run: the network, its training, its measurement on a split. Configs,
 * run directories, checkpoints and progress have packages of their own below this one; heads are
 * ablated elsewhere.
 */
package io.github.pelab.train;
