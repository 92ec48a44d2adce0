package dev.evertoken.catalogue;

/**
 * The provider {@code ebay}: eBay. {@code docs/providers/ebay.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class EBay extends CataloguedProvider {

    /** Used by the service loader. */
    public EBay() {
        super("ebay");
    }
}
