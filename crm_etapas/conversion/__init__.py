"""What becomes of a prospect: opportunities, quotations, orders, customers."""
