/** Button and lamp in memory, for tests and demonstrations; says so wherever it shows. */
package org.kronocyte.board.virtual;
