/**
 * What training leaves on disk to go on from: one file for a network and how far its training had
 * come, and a run's directory of such files.
 *
 * <p>A file is written whole or not at all, and no bit of it can change unseen. Whoever reads one
 * brings the network that it is for: nothing in a file names a class or says how much memory to
 * take.
 */
package io.github.pelab.train.checkpoint;
