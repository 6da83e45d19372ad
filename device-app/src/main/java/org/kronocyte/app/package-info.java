/** Wires the stages together: one field at a time for files, threads and queues for the daemon. */
package org.kronocyte.app;
