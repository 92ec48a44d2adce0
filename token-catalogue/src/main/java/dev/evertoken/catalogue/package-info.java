/**
 * Further authorization servers, each described by a JSON resource of this package: GitHub, Microsoft, Slack and others.
 * They are found under their ids as soon as this module is on the class path. {@link dev.evertoken.catalogue.Catalogue}
 * returns the descriptions.
 */
@NullMarked
package dev.evertoken.catalogue;

import org.jspecify.annotations.NullMarked;
