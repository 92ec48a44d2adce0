package dev.evertoken.catalogue;

/**
 * The provider {@code microsoft}: the Microsoft identity platform, version 2.0. {@code docs/providers/microsoft.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Microsoft extends CataloguedProvider {

    /** Used by the service loader. */
    public Microsoft() {
        super("microsoft");
    }
}
