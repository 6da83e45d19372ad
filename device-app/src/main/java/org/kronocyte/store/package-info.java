/**
 * The SQLite database of a data folder: one owner, migrations, transactions. The only package that
 * knows JDBC.
 *
 * <p>Guarantees, each with a test named after it:
 *
 * <ul>
 *   <li>what a committed transaction wrote is there after a kill and after a power cut (write-ahead
 *       log, {@code synchronous=FULL})
 *   <li>a transaction that can't be written (full disk, read-only file system) leaves nothing
 *       behind and says why; it can be tried again
 *   <li>a folder has one owner at a time; commands of other processes are its guests
 * </ul>
 */
package org.kronocyte.store;
