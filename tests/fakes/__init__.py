"""Stand-ins of the outside services. They say that they are stand-ins and are never part of the product."""
