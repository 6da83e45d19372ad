/**
 * The same news in the words of dashboards that don't know ours; off unless configured. Nothing in
 * here is needed by anybody who reads {@code kronocyte/v1/…}.
 */
package org.kronocyte.publish.flatten;
