/**
 * Programs behind {@code deploy/harness}: they do to a running device what clinics do, and count
 * what arrives. Not tests of JUnit, since each runs as long as it is told.
 */
package org.kronocyte.harness;
