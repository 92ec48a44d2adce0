package dev.evertoken.catalogue;

/**
 * The provider {@code shopify}: Shopify with offline tokens that expire. {@code docs/providers/shopify.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Shopify extends CataloguedProvider {

    /** Used by the service loader. */
    public Shopify() {
        super("shopify");
    }
}
