package dev.evertoken.catalogue;

/**
 * The provider {@code zoho}: Zoho. {@code docs/providers/zoho.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Zoho extends CataloguedProvider {

    /** Used by the service loader. */
    public Zoho() {
        super("zoho");
    }
}
