// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title A stand-in for GATA on test networks
/// @notice The profile of a real network names the real token: this one refuses to exist there.
contract GataToken is ERC20, ERC20Permit, ERC20Votes {
    /// @notice BNB Smart Chain and opBNB have, or will have, the real token.
    error OnlyOnTestNetworks(uint256 chainId);

    /// @param holder gets the whole supply.
    /// @param supply in wei of the token, 18 decimals.
    constructor(address holder, uint256 supply) ERC20("Gata (test)", "tGATA") ERC20Permit("Gata (test)") {
        if (block.chainid == 56 || block.chainid == 204) revert OnlyOnTestNetworks(block.chainid);
        _mint(holder, supply);
    }

    /// @notice Seconds since the epoch: block numbers would change their meaning with the chain's block time.
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice Named by ERC-6372.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
