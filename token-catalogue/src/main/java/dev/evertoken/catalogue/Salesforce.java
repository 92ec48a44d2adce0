package dev.evertoken.catalogue;

/**
 * The provider {@code salesforce}: Salesforce. {@code docs/providers/salesforce.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class Salesforce extends CataloguedProvider {

    /** Used by the service loader. */
    public Salesforce() {
        super("salesforce");
    }
}
