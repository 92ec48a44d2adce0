package dev.evertoken.catalogue;

/**
 * The provider {@code quickbooks}: QuickBooks Online. {@code docs/providers/quickbooks.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class QuickBooks extends CataloguedProvider {

    /** Used by the service loader. */
    public QuickBooks() {
        super("quickbooks");
    }
}
