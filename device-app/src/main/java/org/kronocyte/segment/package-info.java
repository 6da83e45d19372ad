/** Which pixels are nucleus and cytoplasm, and which of them make one cell; sizes in um. */
package org.kronocyte.segment;
